/** Three-way merge of documents: what both changed apart is joined, what both changed together is asked. */
import { isSame } from './diff';
import type { Doc } from './types';

type Kind = 'nodes' | 'edges' | 'groups' | 'notes';
const KINDS: readonly Kind[] = ['nodes', 'edges', 'groups', 'notes'];

interface Item {
  readonly id: string;
}

/** One thing that both sides changed; undefined means that this side deleted it. */
export interface Conflict {
  readonly kind: Kind | 'entry' | 'name';
  readonly id: string;
  readonly label: string;
  readonly mine: unknown;
  readonly theirs: unknown;
}

export type Choice = 'mine' | 'theirs';

export interface Merge {
  readonly doc: Doc;
  readonly conflicts: readonly Conflict[];
}

/** Join my document with theirs, both made from `base`. In a conflict `choices` decides, mine by default. */
export function merge(base: Doc, mine: Doc, theirs: Doc, choices: ReadonlyMap<string, Choice> = new Map()): Merge {
  const conflicts: Conflict[] = [];
  const choose = (conflict: Conflict): unknown => {
    conflicts.push(conflict);
    return choices.get(conflictKey(conflict)) === 'theirs' ? conflict.theirs : conflict.mine;
  };
  const parts = Object.fromEntries(KINDS.map((kind) => [kind, items(kind, base[kind], mine[kind], theirs[kind], choose)]));
  const one = <T>(kind: 'entry' | 'name', of: (doc: Doc) => T): T =>
    value(of(base), of(mine), of(theirs), () => choose({ kind, id: kind, label: kind, mine: of(mine), theirs: of(theirs) }) as T);
  const joined = { ...mine, ...parts, entry: one('entry', (doc) => doc.entry), name: one('name', (doc) => doc.name) } as Doc;
  return { doc: whole(joined), conflicts };
}

export const conflictKey = (conflict: Pick<Conflict, 'kind' | 'id'>): string => `${conflict.kind}/${conflict.id}`;

function value<T>(base: T, mine: T, theirs: T, ask: () => T): T {
  if (isSame(mine, theirs) || isSame(base, theirs)) return mine;
  return isSame(base, mine) ? theirs : ask();
}

function items(kind: Kind, base: readonly Item[], mine: readonly Item[], theirs: readonly Item[], choose: (c: Conflict) => unknown): Item[] {
  const index = (list: readonly Item[]) => new Map(list.map((item) => [item.id, item]));
  const [b, m, t] = [index(base), index(mine), index(theirs)];
  const ids = [...new Set([...m.keys(), ...t.keys()])];
  return ids.flatMap((id) => {
    const sides = [b.get(id), m.get(id), t.get(id)] as const;
    const found = value(...places(...sides), () => choose({ kind, id, label: label(sides[1] ?? sides[2]), mine: sides[1], theirs: sides[2] }) as Item);
    return found ? [found] : [];
  });
}

/** Where a card stands is no reason to ask: if both moved it, mine stays; if one moved and one changed it, both count. */
function places(base?: Item, mine?: Item, theirs?: Item): [Item | undefined, Item | undefined, Item | undefined] {
  if (!base || !mine || !theirs || !('x' in base)) return [base, mine, theirs];
  const at = (item: Item) => ({ x: (item as { x?: number }).x, y: (item as { y?: number }).y });
  const place = isSame(at(base), at(mine)) ? at(theirs) : at(mine);
  return [{ ...base, ...place }, { ...mine, ...place }, { ...theirs, ...place }];
}

function label(item: unknown): string {
  const { name, relation, text } = (item ?? {}) as { name?: string; relation?: string; text?: string };
  return name ?? relation ?? text ?? '';
}

/** A document without arrows to nodes that are gone, and without twins that both sides drew. */
function whole(doc: Doc): Doc {
  const ids = new Set(doc.nodes.map((node) => node.id));
  const seen = new Set<string>();
  const edges = doc.edges.filter((edge) => {
    const key = `${edge.from}\0${edge.to}\0${edge.relation.toLowerCase()}`;
    return ids.has(edge.from) && ids.has(edge.to) && !seen.has(key) && seen.add(key);
  });
  const groups = doc.groups.map((group) => ({ ...group, nodes: group.nodes.filter((id) => ids.has(id)) })).filter((group) => group.nodes.length);
  return { ...doc, edges, groups, entry: doc.entry && ids.has(doc.entry) ? doc.entry : null };
}
