/** The keyboard on the canvas. Keys of a field stay with the field. */
import { nodeOf } from '../core/document';
import * as actions from '../state/actions';
import { get, set } from '../state/editor';
import { setPref, usePrefs } from '../state/prefs';
import { deploy } from '../state/saving';
import { toggleDebug } from '../state/debug';
import { stepTrace } from '../state/trace';
import { leaveTo } from '../state/way';
import { nextProblem } from './commands';
import { openQuick } from './quick';
import { freePlace, gently, type Flow } from './view';

const FIELD = 'input,textarea,select,.cm-editor,[contenteditable]';
const CONTROL = 'button,a,[role=option],[role=tab],[role=menuitem]';
const SMALL = 8;
const LARGE = 40;

type Act = (flow: Flow, event: KeyboardEvent) => void;

const withControl: Record<string, Act> = {
  z: (_, event) => (event.shiftKey ? actions.redo() : actions.undo()),
  y: actions.redo,
  c: actions.copy,
  x: actions.cut,
  d: actions.duplicate,
  a: actions.selectAll,
};

const letters: Record<string, Act> = {
  a: (flow) => openQuick(flow),
  A: (flow) => insertOnEdge(flow),
  d: () => void toggleDebug(...actions.selectedNodes().map((node) => node.id)),
  D: () => actions.toggleDisabled(actions.selectedNodes().map((node) => node.id)),
  c: () => { const id = actions.current()?.id; if (id) set({ ask: { kind: 'connect', node: id } }); },
  e: () => { const id = actions.current()?.id; if (id) set({ ask: { kind: 'edges', node: id } }); },
  f: () => window.dispatchEvent(new Event('fit')),
  1: (flow) => void flow.zoomTo(1, gently(150)),
  '+': (flow) => void flow.zoomIn(gently(150)),
  '-': (flow) => void flow.zoomOut(gently(150)),
  L: () => void actions.tidy(),
  g: actions.group,
  G: actions.ungroup,
  C: () => actions.collapse(),
  n: (flow) => actions.addNote(freePlace(flow)),
  h: () => set({ heat: !get().heat }),
  o: () => set({ outline: !get().outline }),
  t: () => set({ drawer: get().drawer === 'trace' ? null : 'trace' }),
  p: () => set({ drawer: get().drawer === 'problems' ? null : 'problems' }),
  '[': () => setPref('palette', !usePrefs.getState().palette),
  '?': () => set({ ask: { kind: 'keys' } }),
};

const others: Record<string, Act> = {
  Delete: (_, event) => actions.removeSelected(event.altKey),
  Backspace: (_, event) => { if (get().selected.size || !leaveTo()) actions.removeSelected(event.altKey); },
  F2: () => { const id = [...get().selected][0]; if (id) set({ renaming: id }); },
  F8: (flow) => nextProblem(flow),
  Enter: () => { const id = actions.current()?.id; if (id) openAndFocus(id); else actions.collapse(undefined, false); },
};

const steps: Record<string, number> = { ',': -1, '.': 1 };

const arrows: Record<string, readonly [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function onKey(flow: Flow, event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  const command = event.ctrlKey || event.metaKey;
  const key = event.key;
  if (event.defaultPrevented || event.isComposing) return;
  if (command && key.toLowerCase() === 'k') return done(event, () => set({ command: true, quick: null }));
  if (command && key.toLowerCase() === 's') return done(event, () => void deploy());
  const { ask, quick, command: isListOpen, menu, pill, compare, drawer } = get();
  if (ask || quick || isListOpen) return;
  const step = steps[key];
  if (command && key === '/') return done(event, help);
  if (step && drawer === 'trace' && !command && usePrefs.getState().letters && (!target.closest(FIELD) || target.matches('[type=range]'))) return done(event, () => stepTrace(step));
  if (key === 'Escape') return escape(event, { menu, pill, compare });
  if (target.closest(FIELD) || target.closest('.side,.drawer,.outline,.top,.rail,[role=menu]')) {
    if (!(command && ['z', 'y'].includes(key.toLowerCase())) || target.closest(FIELD)) return;
  }
  takeFocused(target);
  if (command) {
    const act = withControl[key.toLowerCase()];
    if (act && !(key === 'c' && String(getSelection()))) done(event, () => act(flow, event));
    return;
  }
  if (arrows[key]) return arrow(event, arrows[key]);
  const isControl = target.closest(CONTROL) !== null;
  if (others[key] && !(isControl && key === 'Enter')) return done(event, () => others[key]!(flow, event));
  if (event.altKey || !usePrefs.getState().letters || !letters[key]) return;
  done(event, () => letters[key]!(flow, event));
}

/** What the node does, in its panel. */
function help(): void {
  const id = get().open ?? actions.current()?.id;
  if (!id) return;
  actions.openNode(id);
  set({ tab: 'help' });
}

/** Keys speak of the card that has the focus, even when the mouse has selected nothing. */
function takeFocused(target: HTMLElement): void {
  const id = target.closest<HTMLElement>('.react-flow__node')?.dataset.id;
  if (id && !get().selected.has(id)) actions.select([id]);
}

function done(event: KeyboardEvent, act: () => void): void {
  event.preventDefault();
  act();
}

/** Close the top thing; the panel gives the keyboard back to its node. */
function escape(event: KeyboardEvent, top: { menu: unknown; pill: unknown; compare: unknown }): void {
  if (document.querySelector('.cm-tooltip-autocomplete, [role=menu][data-state=open]')) return;
  const { open, drawer, outline, selected } = get();
  event.stopPropagation();
  if (top.menu || top.pill) set({ menu: null, pill: null });
  else if (open) actions.closePanel();
  else if (top.compare) set({ compare: null });
  else if (drawer) set({ drawer: null });
  else if (outline) set({ outline: false });
  else if (selected.size) set({ selected: new Set() });
}

function arrow(event: KeyboardEvent, [dx, dy]: readonly [number, number]): void {
  if (event.altKey) return done(event, () => walk(event.key));
  if (!get().selected.size) return;
  const step = event.shiftKey ? LARGE : SMALL;
  done(event, () => actions.nudge(dx * step, dy * step));
}

/** Along the arrows: right to the next, left to the one before, up and down among those with the same source. */
function walk(key: string): void {
  const { doc } = get();
  const here = actions.current();
  const from = (id: string) => doc.edges.filter((edge) => edge.from === id).map((edge) => edge.to);
  const before = here && doc.edges.find((edge) => edge.to === here.id)?.from;
  const siblings = before ? [...new Set(from(before))] : [];
  const at = siblings.indexOf(here?.id ?? '');
  const next: Record<string, string | undefined> = {
    ArrowRight: here ? from(here.id)[0] : (doc.entry ?? doc.nodes[0]?.id),
    ArrowLeft: before,
    ArrowDown: siblings[at + 1],
    ArrowUp: siblings[at - 1],
  };
  const id = next[key];
  if (!id || !nodeOf(doc, id)) return;
  actions.select([id]);
  actions.focusNode(id);
}

function insertOnEdge(flow: Flow): void {
  const { doc, selected } = get();
  const edge = doc.edges.find((item) => selected.has(item.id));
  const [from, to] = [nodeOf(doc, edge?.from), nodeOf(doc, edge?.to)];
  if (!edge || !from || !to) return;
  const place = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  set({ quick: { at: flow.flowToScreenPosition(place), place, edge: edge.id } });
}

/** Open the panel with the keyboard in its first field. */
export function openAndFocus(id: string): void {
  actions.openNode(id);
  focusPanel();
}

const FIRST = '.side [role=tabpanel] :is(input,textarea,select,[role=radio],.cm-content)';

const SOON_MS = 400;
const LATE_MS = 20_000;

/** The first field, as soon as it is there; until then, or when there is none, the name. */
export function focusPanel(since = performance.now()): void {
  const age = performance.now() - since;
  const name = document.querySelector<HTMLElement>('.side .name input');
  const field = document.querySelector<HTMLElement>(FIRST);
  if (field) return field.focus();
  if (age > SOON_MS && name && !name.closest('.side')?.contains(document.activeElement)) name.focus();
  // Somebody who has gone on to another field meanwhile is left there
  if (age < LATE_MS && (age <= SOON_MS || !name || document.activeElement === name)) requestAnimationFrame(() => focusPanel(since));
}

/** Ctrl+V comes as an event, with the text of the system's clipboard. */
export function onPaste(event: ClipboardEvent): void {
  const target = event.target as HTMLElement;
  if (target.closest(FIELD) || target.closest('.side,.drawer,.top')) return;
  event.preventDefault();
  actions.paste(event.clipboardData?.getData('text/plain') ?? '');
}
