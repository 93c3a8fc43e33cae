/** The parts of the chain editor that its first picture does without. */
import { onDemand } from '../shell/onDemand';
import { useEditor } from '../state/editor';

export const Dialogs = onDemand(async () => (await import('../dialogs/Dialogs')).default, () => useEditor((state) => state.ask !== null));
export const Drawer = onDemand(async () => (await import('../drawer/Drawer')).Drawer, () => useEditor((state) => state.drawer !== null));
export const NodePanel = onDemand(async () => (await import('../panel/NodePanel')).default, () => useEditor((state) => state.open !== null));
export const Outline = onDemand(async () => (await import('../canvas/Outline')).default, () => useEditor((state) => state.outline));
