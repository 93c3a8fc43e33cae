/** Changes of a document: each function takes one and gives a new one; what did not change stays the same object. */
import type { Doc, DocEdge, DocGroup, DocNode, DocNote, NodeType, StoredChain, Types } from './types';
import { INPUT } from './types';

export const EMPTY: Doc = { name: '', entry: null, nodes: [], edges: [], groups: [], notes: [], scenarios: [] };
const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';

/** A new id, unique beyond reasonable doubt. */
export function newId(prefix = 'n'): string {
  return prefix + Array.from(crypto.getRandomValues(new Uint8Array(10)), (byte) => ALPHABET[byte % 36]).join('');
}

/** What a person edits, out of what the server keeps. */
export function docOf(chain: Partial<StoredChain>): Doc {
  return {
    name: chain.name ?? '',
    entry: chain.entry ?? null,
    nodes: (chain.nodes ?? []).map(clean),
    edges: chain.edges ?? [],
    groups: chain.groups ?? [],
    notes: chain.notes ?? [],
    scenarios: chain.scenarios ?? [],
  };
}

/** A node in the one form that all comparing relies on: what is not set is not there. */
export function clean({ id, type, name, x, y, config, debug, disabled }: DocNode): DocNode {
  return { id, type, name: name ?? type, x, y, config: config ?? {}, ...(debug ? { debug } : {}), ...(disabled ? { disabled } : {}) };
}

/** The values that a new node of a type begins with. */
export function defaults(type: NodeType): Record<string, unknown> {
  const entries = Object.entries(type.schema.properties ?? {});
  return Object.fromEntries(entries.filter(([, s]) => s.default !== undefined).map(([key, s]) => [key, structuredClone(s.default)]));
}

/** The relations that a node has ports for: those of its type, of its configuration, and those in use. */
export function relationsOf(node: DocNode, type: NodeType | undefined, used: readonly string[]): string[] {
  if (node.id === INPUT) return ['Messages'];
  const own = Object.entries(type?.schema.properties ?? {})
    .filter(([, schema]) => schema['x-ui']?.ports)
    .flatMap(([key]) => (Array.isArray(node.config[key]) ? (node.config[key] as unknown[]).map(String) : []));
  const wanted = [...(type?.relations ?? []), ...own, ...used];
  if (type) wanted.push('Failure');
  const seen = new Set<string>();
  return wanted.filter((name) => name && !seen.has(name.toLowerCase()) && seen.add(name.toLowerCase()));
}

/** The relation that a message takes when all goes well: where an inserted node is joined on. */
export function mainRelation(relations: readonly string[]): string | undefined {
  return relations.find((name) => name !== 'Failure');
}

/** Whether two documents differ in nothing but where nodes and notes stand. */
export function isOnlyMoved(before: Doc, after: Doc): boolean {
  if (before === after) return true;
  if (before.edges !== after.edges || before.groups !== after.groups || before.entry !== after.entry || before.nodes.length !== after.nodes.length) return false;
  return before.nodes.every((old, i) => {
    const now = after.nodes[i]!;
    return old === now || (old.id === now.id && old.type === now.type && old.name === now.name && old.config === now.config && old.debug === now.debug && old.disabled === now.disabled);
  });
}

/** The relations that leave a node, in the order of its arrows. */
export function usedRelations(doc: Doc, id: string): string[] {
  return [...new Set(doc.edges.filter((edge) => edge.from === id).map((edge) => edge.relation))];
}

export function nodeOf(doc: Doc, id: string | null | undefined): DocNode | undefined {
  return doc.nodes.find((node) => node.id === id);
}

/** A name that no other node has: `Log`, `Log 2`, …; after `Log 2` comes `Log 3`. */
export function freeName(doc: Doc, wanted: string): string {
  const names = new Set(doc.nodes.map((node) => node.name));
  if (!names.has(wanted)) return wanted;
  const [, stem = wanted, last] = /^(.*\S) (\d{1,9})$/s.exec(wanted) ?? [];
  for (let number = Number(last ?? 1) + 1; ; number++) if (!names.has(`${stem} ${number}`)) return `${stem} ${number}`;
}

export interface Link {
  /** The node and relation that lead to the new node. */
  from?: string;
  relation?: string;
  /** The arrow that the new node is put into. */
  edge?: string;
}

/** A new node of a type, joined as `link` says. The first node that can take messages becomes the entry. */
export function addNode(doc: Doc, type: NodeType, x: number, y: number, link: Link = {}, name = type.name): [Doc, string] {
  const node: DocNode = { id: newId(), type: type.type, name: freeName(doc, name), x, y, config: defaults(type) };
  let next: Doc = { ...doc, nodes: [...doc.nodes, node] };
  if (link.edge) next = insert(next, node.id, link.edge, type);
  else if (link.from && !type.source) next = connect(next, link.from, link.relation ?? 'Success', node.id);
  if (!next.entry && !type.source && !doc.nodes.length) next = { ...next, entry: node.id };
  return [next, node.id];
}

/** Put a node into an arrow: it takes what came along it and passes on along its first relation that is no failure. */
export function insert(doc: Doc, id: string, edgeId: string, type: NodeType | undefined): Doc {
  const node = nodeOf(doc, id);
  const out = node && mainRelation(relationsOf(node, type, []));
  const isEntry = edgeId === '__entry';
  const edge = doc.edges.find((item) => item.id === edgeId);
  const target = isEntry ? doc.entry : edge?.to;
  if (!node || !target || type?.source) return doc;
  const onward: DocEdge[] = out ? [{ id: newId('e'), from: id, to: target, relation: out }] : [];
  if (isEntry) return { ...doc, entry: id, edges: [...doc.edges, ...onward] };
  const edges = doc.edges.flatMap((item) => (item.id === edgeId ? [{ ...item, to: id }, ...onward] : [item]));
  return { ...doc, edges };
}

/** Join two nodes; joining the input card chooses the entry. */
export function connect(doc: Doc, from: string, relation: string, to: string): Doc {
  if (from === INPUT) return doc.entry === to ? doc : { ...doc, entry: to };
  const same = (edge: DocEdge) => edge.from === from && edge.to === to && edge.relation.toLowerCase() === relation.toLowerCase();
  if (from === to || to === INPUT || doc.edges.some(same)) return doc;
  return { ...doc, edges: [...doc.edges, { id: newId('e'), from, to, relation }] };
}

/** Give an arrow another relation; several make parallel arrows. */
export function relabel(doc: Doc, edgeId: string, relations: readonly string[]): Doc {
  const edge = doc.edges.find((item) => item.id === edgeId);
  if (!edge || !relations.length) return doc;
  const others = doc.edges.filter((item) => item !== edge && item.from === edge.from && item.to === edge.to);
  const fresh = relations.filter((name) => !others.some((item) => item.relation.toLowerCase() === name.toLowerCase()));
  const changed = fresh.map((relation, index) => ({ ...edge, relation, id: index ? newId('e') : edge.id }));
  return { ...doc, edges: doc.edges.flatMap((item) => (item === edge ? changed : [item])) };
}

export function patchNode(doc: Doc, id: string, change: Partial<DocNode>): Doc {
  return { ...doc, nodes: doc.nodes.map((node) => (node.id === id ? clean({ ...node, ...change }) : node)) };
}

export function patchConfig(doc: Doc, id: string, key: string, value: unknown): Doc {
  const node = nodeOf(doc, id);
  if (!node) return doc;
  const rest = Object.entries(node.config).filter(([name]) => name !== key || value !== undefined);
  return patchNode(doc, id, { config: { ...Object.fromEntries(rest), ...(value === undefined ? {} : { [key]: value }) } });
}

export type Place = { readonly x: number; readonly y: number };

/** Move nodes, notes and the input card. */
export function move(doc: Doc, places: ReadonlyMap<string, Place>): Doc {
  const at = <T extends { id: string; x: number; y: number }>(item: T): T => {
    const place = places.get(item.id);
    return place && (place.x !== item.x || place.y !== item.y) ? { ...item, x: place.x, y: place.y } : item;
  };
  let notes: readonly DocNote[] = doc.notes.map(at);
  const input = places.get(INPUT);
  if (input) notes = [...doc.notes.filter((note) => note.kind !== 'input').map(at), { id: 'input', kind: 'input', x: input.x, y: input.y }];
  return { ...doc, nodes: doc.nodes.map(at), notes };
}

/** Take out nodes (with their arrows), arrows, notes and groups. With `heal`, what came to a node goes on to its next. */
export function remove(doc: Doc, ids: Iterable<string>, heal = false): Doc {
  const gone = new Set(ids);
  let { edges, entry } = doc;
  if (heal) {
    for (const id of gone) {
      const next = edges.find((edge) => edge.from === id && edge.relation !== 'Failure')?.to;
      if (!next) continue;
      if (entry === id) entry = next;
      edges = edges.map((edge) => (edge.to === id ? { ...edge, to: next } : edge));
    }
  }
  edges = edges.filter((edge) => !gone.has(edge.id) && !gone.has(edge.from) && !gone.has(edge.to) && edge.from !== edge.to);
  if (gone.has('__entry') || (entry && gone.has(entry))) entry = null;
  const groups = doc.groups
    .filter((group) => !gone.has(group.id))
    .map((group) => (group.nodes.some((id) => gone.has(id)) ? { ...group, nodes: group.nodes.filter((id) => !gone.has(id)) } : group))
    .filter((group) => group.nodes.length);
  return { ...doc, entry, edges, groups, nodes: doc.nodes.filter((node) => !gone.has(node.id)), notes: doc.notes.filter((note) => !gone.has(note.id)) };
}

export function addGroup(doc: Doc, ids: readonly string[], name: string, color: string): Doc {
  const group: DocGroup = { id: newId('g'), name, color, nodes: [...ids] };
  const others = doc.groups.map((item) => ({ ...item, nodes: item.nodes.filter((id) => !ids.includes(id)) }));
  return { ...doc, groups: [...others.filter((item) => item.nodes.length), group] };
}

export function patchGroup(doc: Doc, id: string, change: Partial<DocGroup>): Doc {
  const patched = (group: DocGroup): DocGroup => {
    const { collapsed, ...rest } = { ...group, ...change };
    return collapsed ? { ...rest, collapsed } : rest;
  };
  return { ...doc, groups: doc.groups.map((group) => (group.id === id ? patched(group) : group)) };
}

export function patchNote(doc: Doc, id: string, change: Partial<DocNote>): Doc {
  return { ...doc, notes: doc.notes.map((note) => (note.id === id ? { ...note, ...change } : note)) };
}

/** What the canvas knows of a node's type; for the input card there is none. */
export function typeOf(types: Types, node: DocNode | undefined): NodeType | undefined {
  return node && types.get(node.type);
}
