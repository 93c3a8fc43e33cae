/** Live numbers of nodes and arrows, outside of the document: an update redraws one badge, not the canvas. */
export interface Rate {
  readonly rate: number;
  readonly failures: number;
}

/** What the topic chain.rates sends each second: only what moved. */
export interface RateTick {
  elapsedMs: number;
  version: number;
  nodes: Record<string, { seen: number; failed: number }>;
  edges: { node: string; relation: string; count: number }[];
}

interface Tick {
  seconds: number;
  counts: Map<string, [number, number]>;
}

export const edgeKey = (node: string, relation: string): string => `${node}>${relation.toLowerCase()}`;
const WINDOW_S = 10;
const ZERO: Rate = { rate: 0, failures: 0 };

export class LiveStore {
  private ticks: Tick[] = [];
  private rates = new Map<string, Rate>();
  private listeners = new Map<string, Set<() => void>>();
  private told = new Set<string>();
  isOn = false;

  /** `later` runs what tells the listeners, once for all that comes until then. */
  constructor(private readonly later: (run: () => void) => void = (run) => requestAnimationFrame(run)) {}

  /** The rate of a node (by id) or an arrow (by edgeKey); undefined while nothing is known. */
  get(key: string): Rate | undefined {
    return this.isOn ? (this.rates.get(key) ?? ZERO) : undefined;
  }

  subscribe(key: string, listener: () => void): () => void {
    const set = this.listeners.get(key) ?? new Set();
    this.listeners.set(key, set.add(listener));
    return () => {
      set.delete(listener);
      if (!set.size) this.listeners.delete(key);
    };
  }

  apply(tick: RateTick): void {
    const wasOn = this.isOn;
    this.isOn = tick.version > 0;
    const counts = new Map<string, [number, number]>();
    for (const [id, node] of Object.entries(tick.nodes)) counts.set(id, [node.seen, node.failed]);
    for (const edge of tick.edges) counts.set(edgeKey(edge.node, edge.relation), [edge.count, 0]);
    this.ticks.push({ seconds: tick.elapsedMs / 1000, counts });
    let seconds = this.ticks.reduce((sum, item) => sum + item.seconds, 0);
    while (this.ticks.length > 1 && seconds - this.ticks[0]!.seconds >= WINDOW_S - 0.5) seconds -= this.ticks.shift()!.seconds;
    this.update(Math.max(seconds, 0.001), wasOn !== this.isOn);
  }

  clear(): void {
    this.ticks = [];
    this.rates.clear();
    this.isOn = false;
    this.tell(this.listeners.keys());
  }

  /** Tell every listener: how a number is shown has changed. */
  refresh(): void {
    this.tell(this.listeners.keys());
  }

  private tell(keys: Iterable<string>): void {
    const isAsked = this.told.size > 0;
    for (const key of keys) this.told.add(key);
    if (isAsked || !this.told.size) return;
    this.later(() => {
      const now = [...this.told];
      this.told.clear();
      for (const key of now) for (const listener of this.listeners.get(key) ?? []) listener();
    });
  }

  private update(seconds: number, all: boolean): void {
    const sums = new Map<string, [number, number]>();
    for (const { counts } of this.ticks) {
      for (const [key, [seen, failed]] of counts) {
        const sum = sums.get(key);
        sums.set(key, sum ? [sum[0] + seen, sum[1] + failed] : [seen, failed]);
      }
    }
    const changed = new Set<string>();
    for (const key of new Set([...this.rates.keys(), ...sums.keys()])) {
      const [seen, failed] = sums.get(key) ?? [0, 0];
      const now = { rate: round(seen / seconds), failures: round(failed / seconds) };
      const before = this.rates.get(key);
      if (before && before.rate === now.rate && before.failures === now.failures) continue;
      this.rates.set(key, now);
      changed.add(key);
    }
    this.tell(all ? this.listeners.keys() : changed);
  }
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** A rate in at most four characters, so that what stands beside it never moves. */
export function formatRate(rate: number): string {
  if (rate >= 1000) return `${(rate / 1000).toFixed(rate >= 9950 ? 0 : 1)}k`;
  if (rate >= 10 || rate === 0) return rate.toFixed(0);
  return rate >= 1 ? rate.toFixed(1) : rate.toFixed(2).replace(/0$/, '');
}

export const live = new LiveStore();
