/** The document as @xyflow wants it. What did not change stays the same object, so that only what changed is drawn again. */
import { Position, type Edge, type Node, type NodeHandle } from '@xyflow/react';
import { isOnlyMoved, nodeOf } from '../core/document';
import { drawnEdges, groupPorts, hasInput, hiddenIn, type DrawnEdge } from '../core/groups';
import { CARD_W, cardHeight, inputPlace, portsOf, portY, type Ports } from '../core/geometry';
import { t, tn } from '../core/i18n';
import { ENTRY_EDGE, INPUT, type Doc, type DocGroup, type DocNode, type DocNote, type NodeType } from '../core/types';
import type { EditorState } from '../state/editor';
import { flowOrder, usedBy } from '../state/index';
import { spoken } from './spoken';

export type CardNode = Node<{ node: DocNode; ports: Ports; used: readonly string[] }, 'card'>;
export type NoteNode = Node<{ note: DocNote }, 'note'>;
export type GroupNode = Node<{ group: DocGroup }, 'group'>;
export type BundleNode = Node<{ group: DocGroup; ports: Ports; hasInput: boolean }, 'bundle'>;
export type FlowNode = CardNode | NoteNode | GroupNode | BundleNode;
export type FlowEdge = Edge<{ relation: string; isFirst: boolean; from: string; to: string }, 'relation'>;

const DOT = 11;
const PAD = 20;
const TITLE = 30;
const INPUT_PORTS: Ports = { shown: ['Messages'], more: 0 };
const NONE: readonly string[] = [];

interface Cached {
  key: readonly unknown[];
  node: FlowNode;
}
const cards = new Map<string, Cached>();
const lines = new Map<string, { key: readonly unknown[]; edge: FlowEdge }>();

const shapes = new WeakMap<DocNode, { key: readonly unknown[]; ports: Ports }>();
let drawn: { parts: Parts; edges: FlowEdge[] } | undefined;
let placed: FlowNode[] = [];

type Parts = Pick<EditorState, 'doc' | 'types' | 'selected' | 'expanded'>;

/** The ports of a node, worked out once for each version of it. */
function shapeOf(node: DocNode, type: NodeType | undefined, used: readonly string[], all: boolean): Ports {
  const key = [type, used, all];
  const old = shapes.get(node);
  if (old?.key.every((part, i) => part === key[i])) return old.ports;
  const ports = portsOf(node, type, used, all);
  shapes.set(node, { key, ports });
  return ports;
}

export function flowNodes({ doc, types, selected, expanded, problems }: Parts & Pick<EditorState, 'problems'>): FlowNode[] {
  const said = spoken({ doc, types, problems });
  const byId = new Map(doc.nodes.map((node) => [node.id, node]));
  const shape = (node: DocNode) => shapeOf(node, types.get(node.type), usedBy(doc.edges, node.id), expanded.has(node.id));
  const found: FlowNode[] = [];
  const hidden = hiddenIn(doc.groups);
  for (const group of doc.groups) found.push(...(group.collapsed ? bundle(doc, group, byId, selected.has(group.id)) : frame(group, byId, shape, selected.has(group.id))));
  if (doc.nodes.length) found.push(inputCard(doc, byId, shape, selected.has(INPUT), said.get(INPUT)!));
  for (const id of flowOrder(doc, types)) {
    if (hidden.has(id)) continue;
    const node = byId.get(id)!;
    const type = types.get(node.type);
    const used = usedBy(doc.edges, id);
    const key = [node, type, used, expanded.has(id), selected.has(id), said.get(id)];
    found.push(cached(id, key, () => card(node, shape(node), used, selected.has(id), !type?.source, said.get(id)!)));
  }
  for (const note of doc.notes) if (note.kind !== 'input') found.push(cached(note.id, [note, selected.has(note.id)], () => noteNode(note, selected.has(note.id))));
  // The same array as long as it holds the same: then nothing has to be compared again.
  return isSameList(placed, found) ? placed : (placed = found);
}

function isSameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

function cached(id: string, key: readonly unknown[], make: () => FlowNode): FlowNode {
  const old = cards.get(id);
  if (old && old.key.length === key.length && old.key.every((part, i) => part === key[i])) return old.node;
  const node = make();
  cards.set(id, { key, node });
  return node;
}

function card(node: DocNode, ports: Ports, used: readonly string[], selected: boolean, hasInput: boolean, said: string): CardNode {
  const height = cardHeight(ports);
  const size = { width: CARD_W, height };
  return { id: node.id, type: 'card', position: { x: node.x, y: node.y }, data: { node, ports, used }, selected, measured: size, ...size, handles: dots(ports, height, hasInput), ...named(said, node.id === INPUT ? t('input.type') : t('cat.flow')) };
}

/** What is said of a card by those who read pages aloud. */
const named = (ariaLabel: string, kind: string) => ({ ariaLabel, domAttributes: { 'aria-roledescription': kind } });

function dots(ports: Ports, height: number, hasInput: boolean): NodeHandle[] {
  const dot = (x: number, y: number) => ({ x: x - DOT / 2, y: y - DOT / 2, width: DOT, height: DOT });
  const handles: NodeHandle[] = ports.shown.map((id, i) => ({ id, type: 'source', position: Position.Right, ...dot(CARD_W, portY(i, ports)) }));
  if (hasInput) handles.push({ id: 'in', type: 'target', position: Position.Left, ...dot(0, height / 2) });
  return handles;
}

function inputCard(doc: Doc, byId: Map<string, DocNode>, shape: (node: DocNode) => Ports, selected: boolean, said: string): FlowNode {
  const entry = byId.get(doc.entry ?? '');
  const placed = doc.notes.find((note) => note.kind === 'input');
  const lonely = doc.nodes[0] && { x: Math.min(...doc.nodes.map((n) => n.x)), y: doc.nodes[0].y, height: 64 };
  const at = placed ?? inputPlace(entry ? { ...entry, height: cardHeight(shape(entry)) } : lonely);
  return cached(INPUT, [at.x, at.y, selected, entry !== undefined, said], () => {
    const node: DocNode = { id: INPUT, type: INPUT, name: t('input.name'), x: at.x, y: at.y, config: {} };
    return card(node, INPUT_PORTS, entry ? INPUT_PORTS.shown : NONE, selected, false, said);
  });
}

function noteNode(note: DocNote, selected: boolean): NoteNode {
  const size = { width: note.width ?? 208, height: note.height ?? 96 };
  return { id: note.id, type: 'note', position: { x: note.x, y: note.y }, data: { note }, selected, measured: size, ...size, handles: [] };
}

/** A collapsed group: one card at the corner of its nodes. */
function bundle(doc: Doc, group: DocGroup, byId: Map<string, DocNode>, selected: boolean): FlowNode[] {
  const nodes = group.nodes.map((id) => byId.get(id)).filter((node) => node !== undefined);
  if (!nodes.length) return [];
  const x = Math.min(...nodes.map((n) => n.x));
  const y = Math.min(...nodes.map((n) => n.y));
  const ports: Ports = { shown: groupPorts(doc, group), more: 0 };
  const isOpen = hasInput(doc, group);
  const make = (): BundleNode => {
    const height = cardHeight(ports);
    const size = { width: CARD_W, height };
    return { id: group.id, type: 'bundle', position: { x, y }, data: { group, ports, hasInput: isOpen }, selected, measured: size, ...size, handles: dots(ports, height, isOpen), ...named(t('group.spoken', { name: group.name, n: tn('group.nodes', group.nodes.length) }), t('cat.flow')) };
  };
  return [cached(group.id, ['bundle', group, x, y, ports.shown.join('\0'), isOpen, selected], make)];
}

/** Where a group's frame is: around its nodes. */
export function frameOf(group: DocGroup, byId: ReadonlyMap<string, DocNode>, shape: (node: DocNode) => Ports) {
  const nodes = group.nodes.map((id) => byId.get(id)).filter((node) => node !== undefined);
  if (!nodes.length) return undefined;
  const x = Math.min(...nodes.map((n) => n.x)) - PAD;
  const y = Math.min(...nodes.map((n) => n.y)) - PAD - TITLE;
  const width = Math.max(...nodes.map((n) => n.x + CARD_W)) + PAD - x;
  const height = Math.max(...nodes.map((n) => n.y + cardHeight(shape(n)))) + PAD - y;
  return { x, y, width, height };
}

function frame(group: DocGroup, byId: Map<string, DocNode>, shape: (node: DocNode) => Ports, selected: boolean): FlowNode[] {
  const box = frameOf(group, byId, shape);
  if (!box) return [];
  const { x, y, width, height } = box;
  const make = (): GroupNode => ({
    id: group.id, type: 'group', position: { x, y }, data: { group }, selected, measured: { width, height }, width, height, handles: [], zIndex: -1, dragHandle: '.frame-title',
  });
  return [cached(group.id, [group, x, y, width, height, selected], make)];
}

export function flowEdges(parts: Parts): FlowEdge[] {
  const old = drawn?.parts;
  if (old && old.types === parts.types && old.selected === parts.selected && old.expanded === parts.expanded && isOnlyMoved(old.doc, parts.doc)) {
    old.doc = parts.doc;
    return drawn!.edges;
  }
  const found = linesOf(parts);
  const edges = drawn && isSameList(drawn.edges, found) ? drawn.edges : found;
  drawn = { parts: { ...parts }, edges };
  return edges;
}

function linesOf({ doc, types, selected, expanded }: Parts): FlowEdge[] {
  const first = new Set<string>();
  const byId = new Map(doc.nodes.map((node) => [node.id, node]));
  const found: FlowEdge[] = [];
  const entry = nodeOf(doc, doc.entry);
  const hidden = hiddenIn(doc.groups);
  const groups = new Map(doc.groups.map((group) => [group.id, group]));
  if (entry) found.push(line({ edge: { id: ENTRY_EDGE, from: INPUT, to: entry.id, relation: 'Messages' }, source: INPUT, target: hidden.get(entry.id) ?? entry.id, isMerged: false }, 'Messages', true, selected.has(ENTRY_EDGE), [t('input.name'), entry.name]));
  for (const drawn of drawnEdges(doc)) {
    const { edge } = drawn;
    const source = byId.get(edge.from);
    const target = byId.get(edge.to);
    if (!source || !target) continue;
    const port = `${drawn.source}\0${edge.relation.toLowerCase()}`;
    const isFirst = !first.has(port);
    first.add(port);
    const group = groups.get(drawn.source);
    const shown = group ? groupPorts(doc, group) : shapeOf(source, types.get(source.type), usedBy(doc.edges, edge.from), expanded.has(edge.from)).shown;
    const handle = shown.find((name) => name.toLowerCase() === edge.relation.toLowerCase()) ?? edge.relation;
    found.push(line(drawn, handle, isFirst, selected.has(edge.id), [source.name, target.name]));
  }
  return found;
}

function line({ edge, source, target, isMerged }: DrawnEdge, handle: string, isFirst: boolean, selected: boolean, [from, to]: [string, string]): FlowEdge {
  const key = [edge.from, edge.to, source, target, edge.relation, handle, isFirst, selected, from, to];
  const old = lines.get(edge.id);
  if (old?.key.every((part, i) => part === key[i])) return old.edge;
  const made: FlowEdge = {
    id: edge.id, type: 'relation', source, target, sourceHandle: handle, targetHandle: 'in', selected,
    reconnectable: isMerged ? false : 'target', ariaLabel: t('edge.pill', { relation: edge.relation, from, to }), data: { relation: edge.relation, isFirst, from: edge.from, to: edge.to },
  };
  lines.set(edge.id, { key, edge: made });
  return made;
}
