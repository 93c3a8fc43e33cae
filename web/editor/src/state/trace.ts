/** The trace that is looked at, and the hop at which one stands. */
import { create } from 'zustand';
import { api, ApiError, type TraceQuery } from '../core/api';
import { keepSetting, readSetting } from '../core/drafts';
import { t } from '../core/i18n';
import { passesOf, passKey, standIn, type Pass } from '../core/trace';
import { INPUT, type TraceView } from '../core/types';
import { get, say, set, toast } from './editor';

export interface TraceState {
  trace: TraceView | null;
  at: number;
  /** Which of the messages that left the hop is compared. */
  out: number;
  query: TraceQuery;
  watched: readonly string[];
  /** The node whose next message is waited for, and since when. */
  armed: { node: string; chain: string; since: number } | null;
}

export const useTrace = create<TraceState>(() => ({ trace: null, at: 0, out: 0, query: {}, watched: readSetting<string[]>('watched', []), armed: null }));

const now = useTrace.getState;
const MINUTES = 15;

/** Show a trace; the canvas follows it. */
export async function openTrace(id: string, node?: string): Promise<void> {
  try {
    const trace = await api.trace(id);
    const failed = trace.hops.findIndex((hop) => hop.error);
    const here = node === undefined ? -1 : trace.hops.findIndex((hop) => hop.node === node && hop.chain === get().chain?.id);
    set({ drawer: 'trace' });
    useTrace.setState({ trace, at: here >= 0 ? here : failed >= 0 ? failed : 0, out: 0 });
  } catch (error) {
    const isGone = error instanceof ApiError && error.status === 404;
    toast(isGone ? t('trace.gone') : String((error as Error).message), { bad: true, ...(isGone && node ? { action: { label: t('trace.next'), run: () => void armTrace(node) } } : {}) });
  }
}

export function closeTrace(): void {
  useTrace.setState({ trace: null, at: 0, out: 0 });
}

/** Stand at a hop. */
export function stand(at: number): void {
  const { trace } = now();
  const hop = trace?.hops[at];
  if (!trace || !hop) return;
  useTrace.setState({ at, out: 0 });
  say(t('trace.said', { at: at + 1, of: trace.hops.length, name: hop.name, relation: hop.relation ?? t('trace.ends') }));
}

export const stepTrace = (by: number): void => stand(Math.max(0, Math.min(now().at + by, (now().trace?.hops.length ?? 0) - 1)));

export function ask(query: TraceQuery): void {
  useTrace.setState({ query: { ...now().query, ...query } });
}

export function toggleWatch(path: string): void {
  const { watched } = now();
  const next = watched.includes(path) ? watched.filter((item) => item !== path) : [...watched, path];
  useTrace.setState({ watched: next });
  keepSetting('watched', next);
}

/** Wait for the next message that comes to a node, and show it. */
export async function armTrace(node: string): Promise<void> {
  const chain = get().chain!.id;
  const id = node === INPUT ? get().doc.entry : node;
  if (!id) return toast(t('debug.notRunning'), { bad: true });
  try {
    const { until } = await api.traceNode(chain, id, MINUTES);
    useTrace.setState({ armed: { node: id, chain, since: until - MINUTES * 60_000 } });
    set({ drawer: 'trace' });
  } catch (error) {
    toast(error instanceof ApiError && error.status === 404 ? t('debug.notRunning') : String((error as Error).message), { bad: true });
  }
}

export async function disarmTrace(): Promise<void> {
  const { armed } = now();
  if (armed) await api.traceNode(armed.chain, armed.node, 0).catch(() => undefined);
  useTrace.setState({ armed: null });
}

/** Look whether the message that is waited for has come. */
export async function lookForArmed(): Promise<void> {
  const { armed } = now();
  if (!armed) return;
  const [found] = await api.traces({ chain: armed.chain, node: armed.node }, 1).catch(() => []);
  if (!found || !found.complete || found.startedTs < armed.since || now().armed !== armed) return;
  useTrace.setState({ armed: null });
  await openTrace(found.id, armed.node);
}

// ---------------------------------------------------------------- marks on the canvas

const isOn = (): boolean => get().drawer === 'trace';

/** What the shown trace says of a node of the open chain; undefined when no trace is shown. */
export function passOf(state: TraceState, id: string): Pass | null | undefined {
  const chain = get().chain?.id;
  if (!state.trace || !chain || !isOn()) return undefined;
  const passes = passesOf(state.trace, chain);
  if (id === INPUT) return passes.entries.has(get().doc.entry ?? '') ? FIRST : null;
  return passes.nodes.get(id) ?? null;
}

const FIRST: Pass = { numbers: [], error: '' };

/** Whether the shown trace took an arrow: `passed`, `other` (from a node it passed), `dim`; nothing when none is shown. */
export function wayOf(state: TraceState, from: string, relation: string, to: string): '' | 'passed' | 'other' | 'dim' {
  const chain = get().chain?.id;
  if (!state.trace || !chain || !isOn()) return '';
  const passes = passesOf(state.trace, chain);
  const isPassed = from === INPUT ? passes.entries.has(to) : passes.edges.has(passKey(from, relation, to));
  if (isPassed) return 'passed';
  return passes.nodes.has(from) ? 'other' : 'dim';
}

/** The node of the open chain at which one stands. */
export function placeOf({ trace, at }: TraceState): string | undefined {
  const chain = get().chain?.id;
  return trace && chain ? standIn(trace, at, chain) : undefined;
}
