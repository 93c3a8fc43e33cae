/** Differences: of JSON values line by line, and of documents by node and edge id. */
import type { Doc, DocEdge, DocNode } from './types';

export interface DiffLine {
  sign: '+' | '-' | ' ';
  path: string;
  value: string;
}

const isBranch = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && Object.keys(value).length > 0;

/** Whether two JSON values are the same, whatever the order of their keys. */
export function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b || Array.isArray(a) !== Array.isArray(b)) return false;
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => key in right && isSame(left[key], right[key]));
}

/** One line for each leaf: removed, added, or the same. */
export function jsonDiff(before: unknown, after: unknown, path = ''): DiffLine[] {
  if (isBranch(before) && isBranch(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => {
      const inner = path ? `${path}.${key}` : key;
      if (!(key in before)) return flat(after[key], inner, '+');
      if (!(key in after)) return flat(before[key], inner, '-');
      return jsonDiff(before[key], after[key], inner);
    });
  }
  if (isSame(before, after)) return flat(after, path, ' ');
  if (typeof before === 'string' && typeof after === 'string' && `${before}${after}`.includes('\n')) return textDiff(before, after, path);
  return [...(before === undefined ? [] : flat(before, path, '-')), ...(after === undefined ? [] : flat(after, path, '+'))];
}

function flat(value: unknown, path: string, sign: DiffLine['sign']): DiffLine[] {
  if (!isBranch(value)) return [{ sign, path, value: JSON.stringify(value) ?? 'undefined' }];
  return Object.entries(value).flatMap(([key, inner]) => flat(inner, path ? `${path}.${key}` : key, sign));
}

const MOST_LINES = 500;

/** A text of several lines, line by line: the longest common row of lines stays. */
function textDiff(before: string, after: string, path: string): DiffLine[] {
  const [a, b] = [before.split('\n').slice(0, MOST_LINES), after.split('\n').slice(0, MOST_LINES)];
  const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) common[i]![j] = a[i] === b[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!);
  }
  const lines: DiffLine[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ sign: ' ', path, value: b[j++]! });
      i++;
    } else if (j >= b.length || (i < a.length && common[i + 1]![j]! >= common[i]![j + 1]!)) lines.push({ sign: '-', path, value: a[i++]! });
    else lines.push({ sign: '+', path, value: b[j++]! });
  }
  return lines;
}

export interface DocDiff {
  added: Set<string>;
  removed: DocNode[];
  changed: Set<string>;
  addedEdges: Set<string>;
  removedEdges: DocEdge[];
}

/** What of a node counts as changed: not where it stands. */
export const essence = ({ type, name, config, disabled }: DocNode) => ({ type, name, config, disabled: disabled ?? false });

/** How `after` differs from `before`; moved nodes are not counted. */
export function docDiff(before: Doc, after: Doc): DocDiff {
  const old = new Map(before.nodes.map((node) => [node.id, node]));
  const now = new Set(after.nodes.map((node) => node.id));
  const key = (edge: DocEdge) => `${edge.from}\0${edge.relation.toLowerCase()}\0${edge.to}`;
  const oldEdges = new Set(before.edges.map(key));
  const newEdges = new Set(after.edges.map(key));
  return {
    added: new Set(after.nodes.filter((node) => !old.has(node.id)).map((node) => node.id)),
    removed: before.nodes.filter((node) => !now.has(node.id)),
    changed: new Set(after.nodes.filter((node) => old.has(node.id) && !isSame(essence(old.get(node.id)!), essence(node))).map((node) => node.id)),
    addedEdges: new Set(after.edges.filter((edge) => !oldEdges.has(key(edge))).map((edge) => edge.id)),
    removedEdges: before.edges.filter((edge) => !newEdges.has(key(edge))),
  };
}
