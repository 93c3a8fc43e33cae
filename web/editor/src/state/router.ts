/** Where the page is: a path and nothing more. */
import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
const tell = () => listeners.forEach((listener) => listener());
window.addEventListener('popstate', tell);

/** Go to a path; `state` stays with this place of the browser's history. */
export function go(path: string, replace = false, state: unknown = null): void {
  window.history[replace ? 'replaceState' : 'pushState'](state, '', path);
  tell();
}

export function usePath(): string {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => location.pathname,
  );
}

export const HOME = '/';
export const CHAINS = '/rule-chains';
/** A chain with one of its traces open. */
export const tracePath = (chain: string, trace: string): string => `${chainPath(chain)}?trace=${encodeURIComponent(trace)}`;
export const chainPath = (id: string): string => `${CHAINS}/${encodeURIComponent(id)}`;
