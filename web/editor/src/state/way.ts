/** The chains through which one came to a nested chain. They stand in the browser's history, so that back and reload keep them. */
import { get } from './editor';
import { chainPath, go } from './router';

export interface Parent {
  id: string;
  name: string;
}

interface Kept {
  way?: Parent[];
}

export const parents = (): Parent[] => (window.history.state as Kept | null)?.way ?? [];

/** Go into a nested chain. */
export function enterChain(id: string): void {
  const { chain, doc } = get();
  const way = chain ? [...parents().filter((parent) => parent.id !== id), { id: chain.id, name: doc.name }] : [];
  go(chainPath(id), false, { way } satisfies Kept);
}

/** Go back to a parent, the last one by default; false when there is none. */
export function leaveTo(id?: string): boolean {
  const way = parents();
  const at = id ? way.findIndex((parent) => parent.id === id) : way.length - 1;
  const parent = way[at];
  if (!parent) return false;
  go(chainPath(parent.id), false, { way: way.slice(0, at) } satisfies Kept);
  return true;
}
