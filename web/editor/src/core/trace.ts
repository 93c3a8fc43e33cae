/** One message on its way: its hops as a tree, where it passed on the canvas, what changed, and watched values. */
import { jsonDiff, type DiffLine } from './diff';
import type { HopView, MessageView, TraceView } from './types';

/** A hop as the list shows it: how deep it stands, and whether a line must name its chain because it changed. */
export interface HopRow {
  index: number;
  hop: HopView;
  depth: number;
  isNewChain: boolean;
}

const isEnter = (relation: string) => relation.startsWith('enter ');

/** The hop that stands before this one in its own chain: behind a nested chain that is the node that entered it. */
export function beforeInChain(hops: readonly HopView[], index: number): number | undefined {
  const chain = hops[index]!.chain;
  if (isEnter(hops[index]!.from?.relation ?? '')) return undefined;
  for (let at = hops[index]!.from?.hop; at !== undefined; at = hops[at]!.from?.hop) if (hops[at]!.chain === chain) return at;
  return undefined;
}

/** The hops in their order. A way that forks or goes into a nested chain stands deeper; one that goes straight on does not. */
export function rowsOf(trace: TraceView): HopRow[] {
  const { hops } = trace;
  const before = hops.map((_, index) => beforeInChain(hops, index));
  const count = new Map<number, number>();
  for (const at of before) if (at !== undefined) count.set(at, (count.get(at) ?? 0) + 1);
  const depths: number[] = [];
  return hops.map((hop, index) => {
    const at = before[index] ?? hop.from?.hop;
    const deeper = at === undefined ? 0 : isEnter(hop.from?.relation ?? '') || (count.get(at) ?? 0) > 1 ? 1 : 0;
    depths.push(at === undefined ? 0 : depths[at]! + deeper);
    return { index, hop, depth: depths[index]!, isNewChain: index > 0 ? hop.chain !== hops[index - 1]!.chain : hop.chain !== trace.chain };
  });
}

/** What of a node or an arrow the message has seen: the numbers of its hops from 1, and why the last of them failed. */
export interface Pass {
  numbers: number[];
  error: string;
}

export interface Passes {
  nodes: ReadonlyMap<string, Pass>;
  edges: ReadonlySet<string>;
  /** The nodes at which the message came into this chain. */
  entries: ReadonlySet<string>;
}

export const passKey = (from: string, relation: string, to: string): string => `${from}\0${relation.toLowerCase()}\0${to}`;

const known = new WeakMap<TraceView, Map<string, Passes>>();

/** Where the message passed on the canvas of a chain; made once for each trace and chain. */
export function passesOf(trace: TraceView, chain: string): Passes {
  const chains = known.get(trace) ?? new Map<string, Passes>();
  known.set(trace, chains);
  const old = chains.get(chain);
  if (old) return old;
  const nodes = new Map<string, Pass>();
  const edges = new Set<string>();
  const entries = new Set<string>();
  trace.hops.forEach((hop, index) => {
    if (hop.chain !== chain) return;
    const pass = nodes.get(hop.node) ?? { numbers: [], error: '' };
    pass.numbers.push(index + 1);
    pass.error = hop.error ?? pass.error;
    nodes.set(hop.node, pass);
    const before = beforeInChain(trace.hops, index);
    if (before === undefined) entries.add(hop.node);
    else edges.add(passKey(trace.hops[before]!.node, hop.from!.relation, hop.node));
  });
  const made = { nodes, edges, entries };
  chains.set(chain, made);
  return made;
}

/** The node of a chain that stands for a hop there: itself, or the one that led into the chain where it happened. */
export function standIn(trace: TraceView, index: number, chain: string): string | undefined {
  for (let at: number | undefined = index; at !== undefined; at = trace.hops[at]?.from?.hop) if (trace.hops[at]?.chain === chain) return trace.hops[at]!.node;
  return undefined;
}

/** The relations that a node gave and those that it could have given. */
export function relationsAt(hop: HopView, possible: readonly string[]): { taken: string[]; others: string[] } {
  const taken = [...new Set(hop.out.map((out) => out.relation))];
  const lower = new Set(taken.map((name) => name.toLowerCase()));
  return { taken, others: possible.filter((name) => !lower.has(name.toLowerCase())) };
}

/** A message in the words of scripts. */
export const content = (message: MessageView) => ({ msgType: message.type, msg: message.data, metadata: message.metadata });

/** What a node made of the message that it sent on as its `out`; for a hop that sent nothing on, what came in. */
export function hopDiff(hop: HopView, out = 0): DiffLine[] {
  const before = content(hop.in);
  const sent = hop.out[out];
  return jsonDiff(before, sent ? content(sent) : before);
}

/** A watched field behind one hop: its value (undefined when it is not there), and whether that hop changed it. */
export interface Watched {
  index: number;
  value: string | undefined;
  isChanged: boolean;
}

const leaves = (message: MessageView): Map<string, string> => {
  const value = content(message);
  return new Map(jsonDiff(value, value).map((line) => [line.path, line.value]));
};

/** The value of a field along all hops. */
export function watch(trace: TraceView, path: string): Watched[] {
  return trace.hops.map((hop, index) => {
    const before = leaves(hop.in).get(path);
    const value = hop.out.length ? leaves(hop.out[0]!).get(path) : before;
    return { index, value, isChanged: value !== before };
  });
}

/** The whole time of a hop among all, 0 to 1, for the bar behind it. */
export function share(trace: TraceView, hop: HopView): number {
  const most = Math.max(...trace.hops.map((item) => item.elapsedUs), 1);
  return hop.elapsedUs / most;
}

/** A message type as people read it: `POST_TELEMETRY_REQUEST` is `Post telemetry`. */
export function typeWords(type: string): string {
  if (!/^[A-Z][A-Z0-9_]*$/.test(type)) return type;
  const words = type.replace(/^POST_(.*)_REQUEST$/, 'POST_$1').replaceAll('_', ' ').toLowerCase();
  return words[0]!.toUpperCase() + words.slice(1).replace(/\b(rpc|rest|api)\b/g, (word) => word.toUpperCase());
}
