/** What a person does to a chain: every one of these is a step that can be undone. */
import { clipOf, paste as pasteClip, readClip, writeClip, type Clip } from '../core/clipboard';
import * as document_ from '../core/document';
import { withMembers } from '../core/groups';
import { nodeOf, relationsOf, type Link, type Place } from '../core/document';
import { CARD_W, cardHeight, inputPlace, portsOf, snap } from '../core/geometry';
import { t, tn } from '../core/i18n';
import { layout } from '../core/layout';
import { keepSetting, readSetting } from '../core/drafts';
import { ENTRY_EDGE, INPUT, type Doc, type DocNode } from '../core/types';
import { copyText } from './copyText';
import { get, history, say, set, toast } from './editor';
import { usedBy } from './index';

const GROUP_COLORS = ['flow', 'transform', 'filter', 'enrichment', 'action', 'external'];
const NODE_GONE = { open: null, pill: null, menu: null, quick: null };

/** Change the document. Changes with the same `key` in a row are one step of undo. */
export function edit(change: (doc: Doc) => Doc, key = ''): void {
  const { doc } = get();
  const next = change(doc);
  if (next === doc) return;
  history.push(doc, key);
  set({ doc: next, steps: history.steps });
}

/** Begin a gesture: what follows until it ends is one step, made with `adjust`. */
export function begin(): void {
  history.push(get().doc);
  set({ steps: history.steps });
}

export function adjust(change: (doc: Doc) => Doc): void {
  set({ doc: change(get().doc) });
}

export function undo(): void {
  restep(history.undo(get().doc), t('said.undone'));
}

export function redo(): void {
  restep(history.redo(get().doc), t('said.redone'));
}

function restep(doc: Doc | undefined, said: string): void {
  if (!doc) return;
  const alive = new Set([...doc.nodes, ...doc.edges, ...doc.groups, ...doc.notes].map((item) => item.id));
  const { selected, open } = get();
  set({ doc, steps: history.steps, selected: new Set([...selected].filter((id) => alive.has(id))), open: open && alive.has(open) ? open : null });
  say(said);
}

// ---------------------------------------------------------------- selection

export function select(ids: Iterable<string>): void {
  set({ selected: new Set(ids) });
}

export function selectAll(): void {
  const { nodes, notes } = get().doc;
  select([...nodes.map((node) => node.id), ...notes.filter((note) => note.kind !== 'input').map((note) => note.id)]);
}

/** The selected nodes, with those of selected groups. */
export const selectedNodes = (): DocNode[] => {
  const { doc, selected } = get();
  const all = withMembers(doc, selected);
  return doc.nodes.filter((node) => all.has(node.id));
};

/** The one node that keys speak of: the open one, or the first that is selected. */
export function current(): DocNode | undefined {
  const { doc, selected } = get();
  return doc.nodes.find((node) => selected.has(node.id));
}

export function openNode(id: string, field: string | null = null): void {
  const { open, tab } = get();
  set({ open: id, tab: open === id && !field ? tab : field ? 'configure' : tab === 'events' ? 'configure' : tab, focusField: field, selected: new Set([id]), menu: null });
}

export function closePanel(): void {
  const { open } = get();
  set({ open: null, focusField: null });
  if (open) focusNode(open);
}

/** Put the keyboard on a node's card, as soon as it is drawn. */
export function focusNode(id: string): void {
  const find = () => document.querySelector<HTMLElement>(`.react-flow__node[data-id="${id}"]`);
  const now = find();
  if (now) return now.focus({ preventScroll: true });
  const before = document.activeElement;
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const at = document.activeElement;
    // Somebody quick is in the panel already
    if (at === before || !at?.closest('.side')) find()?.focus({ preventScroll: true });
  }));
}

/** The keyboard back to a card once its field is gone. */
export const focusSoon = (id: string) => { requestAnimationFrame(() => focusNode(id)); };

// ---------------------------------------------------------------- nodes and arrows

export function add(typeName: string, place: Place, link: Link = {}): string {
  const type = get().types.get(typeName)!;
  let id = '';
  edit((doc) => {
    const [next, made] = document_.addNode(doc, type, snap(place.x), snap(place.y), link, type.name);
    id = made;
    return link.edge ? makeRoom(next, made) : next;
  });
  set({ selected: new Set([id]), dropEdge: null, quick: null, command: false });
  rememberType(typeName);
  say(t('said.added', { name: nameOf(id) }));
  return id;
}

/** After an insertion, what stands in the way to the right moves on, so that no cards overlap. */
function makeRoom(doc: Doc, id: string): Doc {
  const node = nodeOf(doc, id)!;
  const hits = doc.nodes.filter((other) => other.id !== id && Math.abs(other.x - node.x) < CARD_W + 24 && Math.abs(other.y - node.y) < 72);
  const right = hits.filter((other) => other.x >= node.x);
  if (!right.length) return doc;
  const shift = node.x + CARD_W + 136 - Math.min(...right.map((other) => other.x));
  const from = Math.min(...right.map((other) => other.x));
  return document_.move(doc, new Map(doc.nodes.filter((n) => n.id !== id && n.x >= from).map((n) => [n.id, { x: snap(n.x + shift), y: n.y }])));
}

const RECENT = 5;
export const recentTypes = (): string[] => readSetting<string[]>('recent', []);

function rememberType(type: string): void {
  keepSetting('recent', [type, ...recentTypes().filter((name) => name !== type)].slice(0, RECENT));
}

export function connect(from: string, relation: string, to: string): void {
  edit((doc) => document_.connect(doc, from, relation, to));
  say(t('said.connected', { from: nameOf(from), to: nameOf(to), relation }));
}

/** Move one or both ends of an arrow. */
export function reconnect(id: string, from: string, relation: string, to: string): void {
  if (id === ENTRY_EDGE) return connect(INPUT, relation, to);
  edit((doc) => ({ ...doc, edges: doc.edges.map((edge) => (edge.id === id ? { ...edge, from, relation, to } : edge)) }));
}

export function relabel(edge: string, relations: readonly string[]): void {
  edit((doc) => document_.relabel(doc, edge, relations));
}

export function insertInto(id: string, edge: string): void {
  edit((doc) => document_.insert(doc, id, edge, get().types.get(nodeOf(doc, id)?.type ?? '')));
  set({ dropEdge: null });
}

export function patch(id: string, change: Partial<DocNode>, key = ''): void {
  edit((doc) => document_.patchNode(doc, id, change), key && `${id}:${key}`);
}

export function configure(id: string, key: string, value: unknown): void {
  edit((doc) => document_.patchConfig(doc, id, key, value), `${id}.${key}`);
}

/** Delete what is named; the keyboard goes to the node before. */
export function remove(ids: readonly string[], heal = false): void {
  const { doc } = get();
  const real = ids.filter((id) => id !== INPUT);
  if (!real.length) return;
  const before = doc.edges.find((edge) => edge.to === real[0])?.from;
  edit((now) => document_.remove(now, real, heal));
  set({ ...NODE_GONE, selected: new Set(before && !real.includes(before) ? [before] : []) });
  if (before && !real.includes(before)) focusNode(before);
  else document.querySelector<HTMLElement>('.canvas')?.focus({ preventScroll: true });
  say(tn('said.deleted', real.length));
}

export const removeSelected = (heal = false): void => remove([...get().selected], heal);

export function toggleDisabled(ids: readonly string[]): void {
  const all = ids.every((id) => nodeOf(get().doc, id)?.disabled);
  edit((doc) => ids.reduce((next, id) => document_.patchNode(next, id, { disabled: !all }), doc));
}

/** Move the selection by keys; a row of moves is one step. */
export function nudge(dx: number, dy: number): void {
  const { selected } = get();
  edit((doc) => {
    const all = withMembers(doc, selected);
    const items = [...doc.nodes, ...doc.notes].filter((item) => all.has(item.id) || selected.has(item.id));
    return items.length ? document_.move(doc, new Map(items.map((item) => [item.id, { x: item.x + dx, y: item.y + dy }]))) : doc;
  }, 'nudge');
}

export function expand(id: string): void {
  set({ expanded: new Set([...get().expanded, id]) });
}

export const nameOf = (id: string): string => (id === INPUT ? t('input.name') : (nodeOf(get().doc, id)?.name ?? id));

/** All relations that may leave a node. */
export function relationsFrom(id: string): string[] {
  const { doc, types } = get();
  if (id === INPUT) return ['Messages'];
  const node = nodeOf(doc, id);
  return node ? relationsOf(node, types.get(node.type), document_.usedRelations(doc, id)) : [];
}

// ---------------------------------------------------------------- copy and paste

let memory: Clip | undefined;
let pasted = 0;

export function copy(): void {
  const { doc, selected } = get();
  const clip = clipOf(doc, withMembers(doc, selected));
  if (!clip.nodes.length) return;
  memory = clip;
  pasted = 0;
  void copyText(writeClip(clip)).catch(() => undefined);
  keepSetting('clip', writeClip(clip));
  say(tn('said.copied', clip.nodes.length));
}

export function cut(): void {
  const { doc, selected } = get();
  copy();
  remove([...withMembers(doc, selected)]);
}

/** Paste what was copied, here or in another chain; `text` is what the system's clipboard holds. */
export function paste(text = ''): void {
  const clip = readClip(text) ?? memory ?? readClip(readSetting('clip', ''));
  if (!clip?.nodes.length) return say(t('said.nothing'));
  pasted += 1;
  insertClip(clip, 32 * pasted);
}

function insertClip(clip: Clip, offset: number): void {
  let ids: string[] = [];
  edit((doc) => {
    const [next, made] = pasteClip(doc, clip, offset, offset);
    ids = made;
    return next;
  });
  select(ids);
  focusNode(ids[0]!);
}

export function duplicate(): void {
  const { doc, selected } = get();
  const clip = clipOf(doc, withMembers(doc, selected));
  if (clip.nodes.length) insertClip(clip, 32);
}

// ---------------------------------------------------------------- groups and notes

export function group(): void {
  const ids = selectedNodes().map((node) => node.id);
  if (!ids.length) return;
  const color = GROUP_COLORS[get().doc.groups.length % GROUP_COLORS.length]!;
  edit((doc) => document_.addGroup(doc, ids, t('group.new'), color));
  set({ renaming: get().doc.groups.at(-1)!.id });
}

export function ungroup(): void {
  const { doc, selected } = get();
  const gone = doc.groups.filter((item) => selected.has(item.id) || item.nodes.some((id) => selected.has(id))).map((item) => item.id);
  if (gone.length) edit((now) => ({ ...now, groups: now.groups.filter((item) => !gone.includes(item.id)) }));
}

/** Fold groups into one card each, or unfold them: the one that is named, or those of the selection. */
export function collapse(id?: string, on?: boolean): void {
  const { doc, selected } = get();
  const wanted = doc.groups.filter((item) => (id ? item.id === id : selected.has(item.id) || item.nodes.some((node) => selected.has(node))));
  if (!wanted.length) return;
  const isOn = on ?? !wanted.every((item) => item.collapsed);
  edit((now) => wanted.reduce((next, item) => document_.patchGroup(next, item.id, { collapsed: isOn }), now));
  select(wanted.map((item) => item.id));
  say(t(isOn ? 'said.collapsed' : 'said.unfolded', { name: wanted[0]!.name }));
}

export function addNote(place: Place): void {
  const id = document_.newId('t');
  edit((doc) => ({ ...doc, notes: [...doc.notes, { id, text: '', x: snap(place.x), y: snap(place.y), width: 208, height: 96 }] }));
  set({ selected: new Set([id]), renaming: id });
}

// ---------------------------------------------------------------- tidy up

/** Lay out the selection when it is more than one node, otherwise everything. */
export async function tidy(): Promise<void> {
  const { doc, types, expanded } = get();
  const chosen = selectedNodes();
  const nodes = chosen.length > 1 ? chosen : doc.nodes;
  const boxes = nodes.map((node) => {
    const used = usedBy(doc.edges, node.id);
    const type = types.get(node.type);
    return { id: node.id, height: cardHeight(portsOf(node, type, used, expanded.has(node.id))), relations: relationsOf(node, type, used) };
  });
  const places = await layout(boxes, doc.edges);
  if (get().doc !== doc) return;
  const corner = { x: Math.min(...nodes.map((n) => n.x)), y: Math.min(...nodes.map((n) => n.y)) };
  const found = [...places.values()];
  const zero = { x: Math.min(...found.map((p) => p.x)), y: Math.min(...found.map((p) => p.y)) };
  const moved = new Map([...places].map(([id, p]) => [id, { x: snap(p.x - zero.x + corner.x), y: snap(p.y - zero.y + corner.y) }]));
  edit((now) => withInput(document_.move(now, moved), boxes));
  say(t('said.tidied'));
  window.dispatchEvent(new Event('tidied'));
}

/** The input card goes back to its place left of the entry. */
function withInput(doc: Doc, boxes: readonly { id: string; height: number }[]): Doc {
  const entry = nodeOf(doc, doc.entry);
  const box = boxes.find((item) => item.id === doc.entry);
  if (!entry || !box || !doc.notes.some((note) => note.kind === 'input')) return doc;
  return document_.move(doc, new Map([[INPUT, inputPlace({ ...entry, height: box.height })]]));
}

export function shout(text: string): void {
  toast(text, { bad: true });
}
