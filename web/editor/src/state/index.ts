/** Look-ups over the document, made once for each version of it. */
import type { Doc, DocEdge, Types } from '../core/types';

const NONE: readonly string[] = [];
const out = new WeakMap<readonly DocEdge[], Map<string, string[]>>();

/** The relations that leave a node; the same array as long as the arrows are the same. */
export function usedBy(edges: readonly DocEdge[], id: string): readonly string[] {
  let index = out.get(edges);
  if (!index) {
    index = new Map();
    for (const edge of edges) {
      const list = index.get(edge.from) ?? [];
      if (!list.includes(edge.relation)) list.push(edge.relation);
      index.set(edge.from, list);
    }
    out.set(edges, index);
  }
  return index.get(id) ?? NONE;
}

let flow: { edges: unknown; ids: string; entry: unknown; types: unknown; order: string[] } | undefined;

/** The nodes in the order that a message meets them: from the entry and the sources on, then those nothing leads to. */
export function flowOrder(doc: Doc, types: Types): string[] {
  const ids = doc.nodes.map((node) => node.id).join('\0');
  if (flow && flow.edges === doc.edges && flow.entry === doc.entry && flow.ids === ids && flow.types === types) return flow.order;
  const next = new Map<string, string[]>();
  for (const edge of doc.edges) next.set(edge.from, [...(next.get(edge.from) ?? []), edge.to]);
  const known = new Set(doc.nodes.map((node) => node.id));
  const order: string[] = [];
  const seen = new Set<string>();
  const starts = [doc.entry ?? '', ...doc.nodes.filter((node) => types.get(node.type)?.source).map((node) => node.id), ...known];
  for (const start of starts) {
    const stack = [start];
    while (stack.length) {
      const id = stack.pop()!;
      if (!known.has(id) || seen.has(id)) continue;
      seen.add(id);
      order.push(id);
      stack.push(...(next.get(id) ?? []).toReversed());
    }
  }
  flow = { edges: doc.edges, ids, entry: doc.entry, types, order };
  return order;
}
