/** Where the page is: a path and nothing more. */
import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
const tell = () => listeners.forEach((listener) => listener());
window.addEventListener('popstate', () => {
  const wanted = location.pathname + location.search;
  if (!hold) return tell();
  // The browser has gone already: back to the page, and ask.
  window.history.pushState(null, '', hold.path);
  hold.ask(() => { hold = undefined; go(wanted); });
});

/** Asked before the page is left; `leave` goes on to where the person wanted to. */
type Hold = (leave: () => void) => void;
let hold: { ask: Hold; path: string } | undefined;

/** Ask before the page is left, until the function that comes back is called. */
export function holdBack(ask: Hold): () => void {
  const mine = (hold = { ask, path: location.pathname + location.search });
  const warn = (event: BeforeUnloadEvent) => event.preventDefault();
  addEventListener('beforeunload', warn);
  return () => {
    removeEventListener('beforeunload', warn);
    if (hold === mine) hold = undefined;
  };
}

/** Go to a path; `state` stays with this place of the browser's history. */
export function go(path: string, replace = false, state: unknown = null): void {
  if (hold) {
    hold.ask(() => { hold = undefined; go(path, replace, state); });
    return;
  }
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
export const INTEGRATIONS = '/integrations';
export const CONVERTERS = '/converters';
export const DEVICES = '/devices';
/** A chain with one of its traces open. */
export const tracePath = (chain: string, trace: string): string => `${chainPath(chain)}?trace=${encodeURIComponent(trace)}`;
export const chainPath = (id: string): string => `${CHAINS}/${encodeURIComponent(id)}`;
export const integrationPath = (id: string): string => `${INTEGRATIONS}/${encodeURIComponent(id)}`;
export const converterPath = (id: string): string => `${CONVERTERS}/${encodeURIComponent(id)}`;
export const devicePath = (id: string): string => `${DEVICES}/${encodeURIComponent(id)}`;
export const EVENTS = '/events';
export const DEAD_LETTERS = '/dead-letters';
export const SETTINGS = '/settings';
export const TRACES = '/traces';
/** A trace whose chain is not known yet. */
export const anyTracePath = (id: string): string => `${TRACES}/${encodeURIComponent(id)}`;
