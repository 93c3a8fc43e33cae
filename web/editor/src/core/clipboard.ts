/** Nodes as text: copy and paste between chains, and whole chains as files. */
import { clean, docOf, freeName, newId } from './document';
import type { Doc, DocEdge, DocNode } from './types';

const KIND = 'tidegate-nodes';

export interface Clip {
  nodes: DocNode[];
  edges: DocEdge[];
}

/** Some nodes with the arrows between them. */
export function clipOf(doc: Doc, ids: ReadonlySet<string>): Clip {
  return {
    nodes: doc.nodes.filter((node) => ids.has(node.id)),
    edges: doc.edges.filter((edge) => ids.has(edge.from) && ids.has(edge.to)),
  };
}

export function writeClip(clip: Clip): string {
  return JSON.stringify({ kind: KIND, ...clip }, null, 2);
}

/** Nodes out of a text: a copied selection or a whole chain document; undefined when it is neither. */
export function readClip(text: string): Clip | undefined {
  try {
    const value = JSON.parse(text) as Record<string, unknown>;
    if (!Array.isArray(value.nodes) || !value.nodes.every((n) => n && typeof n.id === 'string' && typeof n.type === 'string')) return undefined;
    const doc = docOf(value as Partial<Doc>);
    return { nodes: doc.nodes.map((n) => ({ ...n, x: Number(n.x) || 0, y: Number(n.y) || 0 })), edges: [...doc.edges] };
  } catch {
    return undefined;
  }
}

/** Copies with ids of their own, moved by (dx, dy); gives the document and the ids of the copies. */
export function paste(doc: Doc, clip: Clip, dx: number, dy: number): [Doc, string[]] {
  const ids = new Map(clip.nodes.map((node) => [node.id, newId()]));
  let next = doc;
  for (const node of clip.nodes) {
    const copy = { ...structuredClone(node), id: ids.get(node.id)!, name: freeName(next, node.name), x: node.x + dx, y: node.y + dy };
    next = { ...next, nodes: [...next.nodes, copy] };
  }
  const edges = clip.edges.map((edge) => ({ ...edge, id: newId('e'), from: ids.get(edge.from)!, to: ids.get(edge.to)! }));
  return [{ ...next, edges: [...next.edges, ...edges.filter((edge) => edge.from && edge.to)] }, [...ids.values()]];
}

/** A chain as a file: stable order of keys, so that git shows what changed. */
export function exportDoc(doc: Doc): string {
  const nodes = doc.nodes.map(clean);
  const edges = doc.edges.map(({ id, from, to, relation }) => ({ id, from, to, relation }));
  const { name, entry, groups, notes, scenarios } = doc;
  return `${JSON.stringify({ name, entry, nodes, edges, groups, notes, scenarios }, null, 2)}\n`;
}
