/** Keeping In and Out of running nodes for a while. */
import { api, ApiError } from '../core/api';
import { t } from '../core/i18n';
import { get, toast, useEditor } from './editor';
import { useSyncExternalStore } from 'react';
import { create } from 'zustand';

const MINUTES = 15;

/** Until when each node of the open chain is debugged, in epoch ms. */
export const useDebug = create<{ until: Record<string, number> }>(() => ({ until: {} }));

// An answer that was asked for before a change knows nothing of it.
let changes = 0;

export async function loadDebug(): Promise<void> {
  const { chain } = get();
  if (!chain) return;
  const asked = changes;
  const { nodes } = await api.rates(chain.id);
  if (asked !== changes) return;
  useDebug.setState({ until: Object.fromEntries(Object.entries(nodes).map(([id, node]) => [id, node.debugUntil === 1 ? Number.MAX_SAFE_INTEGER : node.debugUntil])) });
}

export const isDebugged = (id: string): boolean => (useDebug.getState().until[id] ?? 0) > Date.now();

/** Keep In and Out of nodes for a while, or no longer when all of them are debugged already. */
export async function toggleDebug(...ids: readonly string[]): Promise<void> {
  const { chain } = useEditor.getState();
  if (!chain || !ids.length) return;
  const minutes = ids.every(isDebugged) ? 0 : MINUTES;
  try {
    for (const id of ids) {
      const { until } = await api.debugNode(chain.id, id, minutes);
      changes += 1;
      useDebug.setState((state) => ({ until: { ...state.until, [id]: minutes ? until : 0 } }));
    }
    toast(t(minutes ? 'debug.on' : 'debug.off'));
  } catch (error) {
    toast(error instanceof ApiError && error.status === 404 ? t('debug.notRunning') : String((error as Error).message), { bad: true });
  }
}

const TICK_MS = 5000;
const ticks = new Set<() => void>();
let ticking: ReturnType<typeof setInterval> | undefined;

function everyTick(listener: () => void): () => void {
  const stop = useDebug.subscribe(listener);
  ticks.add(listener);
  ticking ??= setInterval(() => ticks.forEach((tick) => tick()), TICK_MS);
  return () => {
    stop();
    ticks.delete(listener);
    if (ticks.size) return;
    clearInterval(ticking);
    ticking = undefined;
  };
}

/** For how many more minutes a node is debugged: 0 for not at all, Infinity for ever. */
export function useDebugMinutes(id: string): number {
  return useSyncExternalStore(everyTick, () => {
    const until = useDebug.getState().until[id] ?? 0;
    return until === Number.MAX_SAFE_INTEGER ? Infinity : Math.max(0, Math.ceil((until - Date.now()) / 60_000));
  });
}
