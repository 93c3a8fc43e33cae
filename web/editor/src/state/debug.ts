/** Keeping In and Out of running nodes for a while. */
import { api, ApiError } from '../core/api';
import { t } from '../core/i18n';
import { get, toast, useEditor } from './editor';
import { create } from 'zustand';

const MINUTES = 15;

/** Until when each node of the open chain is debugged, in epoch ms. */
export const useDebug = create<{ until: Record<string, number> }>(() => ({ until: {} }));

export async function loadDebug(): Promise<void> {
  const { chain } = get();
  if (!chain) return;
  const { nodes } = await api.rates(chain.id);
  useDebug.setState({ until: Object.fromEntries(Object.entries(nodes).map(([id, node]) => [id, node.debugUntil === 1 ? Number.MAX_SAFE_INTEGER : node.debugUntil])) });
}

export const isDebugged = (id: string): boolean => (useDebug.getState().until[id] ?? 0) > Date.now();

export async function toggleDebug(id: string): Promise<void> {
  const { chain } = useEditor.getState();
  const minutes = isDebugged(id) ? 0 : MINUTES;
  try {
    const { until } = await api.debugNode(chain!.id, id, minutes);
    useDebug.setState((state) => ({ until: { ...state.until, [id]: minutes ? until : 0 } }));
    toast(t(minutes ? 'debug.on' : 'debug.off'));
  } catch (error) {
    toast(error instanceof ApiError && error.status === 404 ? t('debug.notRunning') : String(error), { bad: true });
  }
}
