/** What goes on inside a nested chain: the rate at its entry and its failures, followed once for all cards that show it. */
import { useCallback, useSyncExternalStore } from 'react';
import { useQuery } from '@tanstack/react-query';
import { api } from '../core/api';
import { LiveStore, type Rate, type RateTick } from '../core/live';
import { socket } from '../core/socket';

interface Inner {
  store: LiveStore;
  users: number;
  stop: () => void;
}

const TOTAL = 'all';
const chains = new Map<string, Inner>();

function follow(chain: string, listener: () => void): () => void {
  const inner = chains.get(chain) ?? begin(chain);
  inner.users += 1;
  const leave = inner.store.subscribe(TOTAL, listener);
  return () => {
    leave();
    inner.users -= 1;
    if (inner.users) return;
    inner.stop();
    chains.delete(chain);
  };
}

function begin(chain: string): Inner {
  const store = new LiveStore();
  const stop = socket.follow('chain.rates', { chain }, (data) => {
    const tick = data as RateTick;
    const failed = Object.values(tick.nodes).reduce((sum, node) => sum + node.failed, 0);
    // Every message goes through the entry, so no node sees more of them, except behind a fork or in a circle.
    const seen = Math.max(0, ...Object.values(tick.nodes).map((node) => node.seen));
    store.apply({ ...tick, nodes: { [TOTAL]: { seen, failed } }, edges: [] });
  });
  const inner = { store, users: 0, stop };
  chains.set(chain, inner);
  return inner;
}

/** The name of a nested chain, and its rate and failures while it runs. */
export function useInner(chain: string): { name: string | undefined; rate: Rate | undefined } {
  const subscribe = useCallback((listener: () => void) => follow(chain, listener), [chain]);
  const rate = useSyncExternalStore(subscribe, () => chains.get(chain)?.store.get(TOTAL));
  const { data } = useQuery({ queryKey: ['chains'], queryFn: () => api.chains() });
  return { name: data?.items.find((item) => item.id === chain)?.name, rate };
}
