/** Collapsed groups: one card stands for several nodes, with the ports that lead out of it. */
import type { Doc, DocEdge, DocGroup } from './types';
import { INPUT } from './types';

/** The collapsed group that each hidden node is in; made once for each version of the groups. */
const known = new WeakMap<readonly DocGroup[], ReadonlyMap<string, string>>();

export function hiddenIn(groups: readonly DocGroup[]): ReadonlyMap<string, string> {
  let found = known.get(groups);
  if (!found) known.set(groups, (found = new Map(groups.filter((group) => group.collapsed).flatMap((group) => group.nodes.map((id) => [id, group.id] as const)))));
  return found;
}

/** An arrow as it is drawn: its ends may be groups. `isMerged` says that at least one of them is. */
export interface DrawnEdge {
  edge: DocEdge;
  source: string;
  target: string;
  isMerged: boolean;
}

/** The arrows that are seen: those inside a collapsed group are not, and twins that cross its border are one. */
export function drawnEdges(doc: Doc): DrawnEdge[] {
  const hidden = hiddenIn(doc.groups);
  if (!hidden.size) return doc.edges.map((edge) => ({ edge, source: edge.from, target: edge.to, isMerged: false }));
  const seen = new Set<string>();
  return doc.edges.flatMap((edge) => {
    const source = hidden.get(edge.from) ?? edge.from;
    const target = hidden.get(edge.to) ?? edge.to;
    const isMerged = source !== edge.from || target !== edge.to;
    const key = `${source}\0${edge.relation.toLowerCase()}\0${target}`;
    if (source === target || (isMerged && seen.has(key))) return [];
    seen.add(key);
    return [{ edge, source, target, isMerged }];
  });
}

/** The relations that lead out of a group, each once, in the order of its nodes' arrows. */
export function groupPorts(doc: Doc, group: DocGroup): string[] {
  const inside = new Set(group.nodes);
  const found = new Map<string, string>();
  for (const edge of doc.edges) if (inside.has(edge.from) && !inside.has(edge.to) && !found.has(edge.relation.toLowerCase())) found.set(edge.relation.toLowerCase(), edge.relation);
  return [...found.values()];
}

/** Whether anything comes into a group from outside. */
export function hasInput(doc: Doc, group: DocGroup): boolean {
  const inside = new Set(group.nodes);
  return inside.has(doc.entry ?? '') || doc.edges.some((edge) => inside.has(edge.to) && !inside.has(edge.from));
}

/** What is selected, with all nodes of the groups among it. */
export function withMembers(doc: Doc, selected: ReadonlySet<string>): Set<string> {
  return new Set([...selected, ...doc.groups.filter((group) => selected.has(group.id)).flatMap((group) => group.nodes)].filter((id) => id !== INPUT));
}
