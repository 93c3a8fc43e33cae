/** Marks on cards: what differs from the version that runs, or from the one that is compared. */
import { docDiff, essence, isSame, type DocDiff } from '../core/diff';
import type { Doc, DocNode } from '../core/types';
import { useEditor } from '../state/editor';

let last: { before: Doc; after: Doc; diff: DocDiff } | undefined;

/** The difference of two documents, made once. */
export function diffOf(before: Doc, after: Doc): DocDiff {
  if (last?.before !== before || last.after !== after) last = { before, after, diff: docDiff(before, after) };
  return last.diff;
}

const indexes = new WeakMap<Doc, Map<string, DocNode>>();

function indexOf(doc: Doc): Map<string, DocNode> {
  let index = indexes.get(doc);
  if (!index) indexes.set(doc, (index = new Map(doc.nodes.map((node) => [node.id, node]))));
  return index;
}

export function useMark(id: string): string {
  return useEditor(({ compare, running, doc }) => {
    if (compare) {
      const diff = diffOf(compare.doc, doc);
      return diff.added.has(id) ? 'diff-added' : diff.changed.has(id) ? 'diff-changed' : '';
    }
    if (!running || running === doc || id.startsWith('__')) return '';
    const old = indexOf(running).get(id);
    const now = indexOf(doc).get(id);
    return now && (!old || (old !== now && !isSame(essence(old), essence(now)))) ? 'changed' : '';
  });
}
