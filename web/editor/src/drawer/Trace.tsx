import { useEffect, useMemo, useRef, useState } from 'react';
import { useReactFlow } from '@xyflow/react';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { reveal, type Flow } from '../canvas/view';
import { api } from '../core/api';
import { relationColor } from '../core/geometry';
import { clock, duration, t, tn } from '../core/i18n';
import { socket } from '../core/socket';
import { hopDiff, relationsAt, rowsOf, share, typeWords, watch, type HopRow } from '../core/trace';
import { INPUT, type HopView, type TraceHead, type TraceView } from '../core/types';
import { Icon } from '../shell/Icon';
import { nameOf, relationsFrom } from '../state/actions';
import { get, useEditor } from '../state/editor';
import { armTrace, ask, closeTrace, disarmTrace, lookForArmed, openTrace, placeOf, stand, toggleWatch, useTrace } from '../state/trace';
import { enterChain, leaveTo } from '../state/way';
import '../styles/trace.css';

const PAUSE_MS = 1000;
const SHOWN = 50;
const colour = (relation: string) => ({ '--ec': relationColor(relation) }) as React.CSSProperties;

/** One message followed step by step: which ones there are, its hops, and what each of them made of it. */
export default function Trace() {
  const trace = useTrace((state) => state.trace);
  const at = useTrace((state) => state.at);
  const flow = useReactFlow() as unknown as Flow;
  const chain = useEditor((state) => state.chain?.id);
  useEffect(() => { const id = placeOf(useTrace.getState()); if (id) requestAnimationFrame(() => reveal(flow, id)); }, [flow, trace, at, chain]);
  const hop = trace?.hops[at];
  return (
    <div className={`trace ${trace ? 'has-trace' : ''}`}>
      <Finder />
      {trace && hop ? <><Hops trace={trace} at={at} /><Step key={`${trace.id} ${at}`} trace={trace} hop={hop} at={at} /></> : <Nothing />}
    </div>
  );
}

// ---------------------------------------------------------------- which traces

/** The traces of the chain, newest first or slowest, and the ways to find one. */
function Finder() {
  const chain = useEditor((state) => state.chain!.id);
  const query = useTrace((state) => state.query);
  const open = useTrace((state) => state.trace?.id);
  const client = useQueryClient();
  const [typed, setTyped] = useState(query.q ?? '');
  const [isWide, setWide] = useState(Boolean(query.node || query.relation));
  const key = useMemo(() => ['traces', chain, query], [chain, query]);
  const { data: found = [], isPending } = useQuery({ queryKey: key, queryFn: () => api.traces({ ...query, chain }, SHOWN), placeholderData: keepPreviousData });
  useEffect(() => { const timer = setTimeout(() => ask({ q: typed }), 250); return () => clearTimeout(timer); }, [typed]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => { timer = undefined; void client.invalidateQueries({ queryKey: ['traces', chain] }); void lookForArmed(); };
    const stop = socket.follow('trace.live', { chain }, () => { timer ??= setTimeout(look, PAUSE_MS); }, look);
    return () => { stop(); clearTimeout(timer); };
  }, [client, chain]);
  const isFiltered = Boolean(query.q || query.error || query.node || query.relation);
  return (
    <div className="tfind">
      <div className="tbar">
        <input className="inp" type="search" placeholder={t('trace.search')} aria-label={t('trace.search')} value={typed} onChange={(event) => setTyped(event.target.value)} />
        <Toggle icon="error" label={t('trace.errors')} isOn={query.error ?? false} onClick={() => ask({ error: !query.error })} />
        <Toggle icon="timer" label={t('trace.slowest')} isOn={query.sort === 'slowest'} onClick={() => ask({ sort: query.sort === 'slowest' ? 'newest' : 'slowest' })} />
        <Toggle icon="filter" label={t('trace.more')} isOn={isWide} onClick={() => { if (isWide) ask({ node: '', relation: '' }); setWide(!isWide); }} />
      </div>
      {isWide && <Where />}
      <Armed />
      <ul aria-label={t('trace.list')}>
        {found.map((head) => <Head key={head.id} head={head} isOpen={head.id === open} />)}
      </ul>
      {!isPending && !found.length && <p className="hint pad">{t(isFiltered ? 'trace.noneFound' : 'trace.none')}</p>}
    </div>
  );
}

function Toggle({ icon, label, isOn, onClick }: { icon: string; label: string; isOn: boolean; onClick: () => void }) {
  return <button type="button" className="btn ghost sm icon" aria-pressed={isOn} aria-label={label} title={label} onClick={onClick}><Icon name={icon} /></button>;
}

/** By node and relation. */
function Where() {
  const nodes = useEditor((state) => state.doc.nodes);
  const { node = '', relation = '' } = useTrace((state) => state.query);
  const relations = [...new Set((node ? [node] : nodes.map((item) => item.id)).flatMap(relationsFrom))].sort();
  return (
    <div className="tbar">
      <select className="inp" aria-label={t('trace.node')} value={node} onChange={(event) => ask({ node: event.target.value, relation: '' })}><option value="">{t('trace.anyNode')}</option>{nodes.map((item) => <option key={item.id} value={item.id}>{item.name}</option>)}</select>
      <select className="inp" aria-label={t('edge.relation')} value={relation} onChange={(event) => ask({ relation: event.target.value })}><option value="">{t('trace.anyRelation')}</option>{relations.map((name) => <option key={name}>{name}</option>)}</select>
    </div>
  );
}

/** What is waited for, with a way out. */
function Armed() {
  const armed = useTrace((state) => state.armed);
  return armed && (
    <p className="tarmed" role="status"><span className="pulse" /><span>{t('trace.waiting', { name: nameOf(armed.node) })}</span><button type="button" className="link" onClick={() => void disarmTrace()}>{t('cancel')}</button></p>
  );
}

function Head({ head, isOpen }: { head: TraceHead; isOpen: boolean }) {
  return (
    <li>
      <button type="button" className={`thead ${head.error ? 'bad' : ''}`} aria-current={isOpen} data-trace={head.id} onClick={() => void openTrace(head.id)}>
        <b dir="auto">{head.originator || t('trace.nobody')}</b><time>{clock(head.startedTs)}</time>
        <small dir="auto" title={head.type}>{typeWords(head.type)}</small><small className="num">{head.error && <span className="lv error" title={head.error}><Icon name="error" label={t('trace.failed')} /></span>}{duration(head.elapsedUs)}</small>
      </button>
    </li>
  );
}

function Nothing() {
  const entry = useEditor((state) => state.doc.entry);
  const armed = useTrace((state) => state.armed);
  return (
    <div className="tnone">
      <p className="hint">{t('trace.hint')}</p>
      {!armed && entry && <button type="button" className="btn" onClick={() => void armTrace(INPUT)}><Icon name="route" />{t('trace.nextOfChain')}</button>}
    </div>
  );
}

// ---------------------------------------------------------------- the hops

function Hops({ trace, at }: { trace: TraceView; at: number }) {
  const rows = useMemo(() => rowsOf(trace), [trace]);
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => { void list.current?.querySelector('[aria-current=step]')?.scrollIntoView({ block: 'nearest' }); }, [at]);
  return (
    <div className="thops">
      <div className="tback"><button type="button" className="btn ghost sm" onClick={closeTrace}><Icon name="arrow-left" />{t('trace.list')}</button></div>
      <ol ref={list} aria-label={t('trace.hops')}>{rows.map((row) => <Hop key={row.index} row={row} trace={trace} isHere={row.index === at} />)}</ol>
      {trace.dropped > 0 && <p className="hint pad">{tn('trace.dropped', trace.dropped)}</p>}
      {!trace.complete && <p className="hint pad">{t('trace.running')}</p>}
    </div>
  );
}

function Hop({ row, trace, isHere }: { row: HopRow; trace: TraceView; isHere: boolean }) {
  const { hop, index, depth, isNewChain } = row;
  const relation = hop.out[0]?.relation ?? '';
  const more = hop.out.length - 1;
  return (
    <li style={{ '--depth': depth } as React.CSSProperties}>
      {isNewChain && <ChainLine chain={hop.chain} />}
      <button type="button" className={`thop ${hop.error ? 'bad' : ''}`} aria-current={isHere ? 'step' : undefined} data-hop={index + 1} style={{ ...colour(relation), '--share': share(trace, hop) } as React.CSSProperties} onClick={() => stand(index)}>
        <span className="n">{index + 1}</span><span className="who" dir="auto">{hop.name}</span>
        <span className="rel" dir="auto">{relation.startsWith('enter ') ? <Icon name="child" label={t('trace.enters')} /> : relation || t('trace.ends')}{more > 0 && ` +${more}`}</span><time>{duration(hop.elapsedUs)}</time>
      </button>
    </li>
  );
}

/** From here on the message is in this chain. */
function ChainLine({ chain }: { chain: string }) {
  const here = useEditor((state) => state.chain?.id);
  const name = useChainName(chain);
  return <div className="tchain"><Icon name="workflow" /><bdi>{name}</bdi>{chain !== here && <button type="button" className="link" onClick={() => { if (!leaveTo(chain)) enterChain(chain); }}>{t('trace.openChain')}</button>}</div>;
}

function useChainName(id: string): string {
  const { data } = useQuery({ queryKey: ['chains'], queryFn: () => api.chains() });
  return data?.items.find((item) => item.id === id)?.name ?? id;
}

// ---------------------------------------------------------------- one step

/** What went in and what came out, which way it took and which it did not. */
function Step({ trace, hop, at }: { trace: TraceView; hop: HopView; at: number }) {
  const out = useTrace((state) => state.out);
  const watched = useTrace((state) => state.watched);
  const isHere = hop.chain === get().chain?.id;
  const { taken, others } = relationsAt(hop, isHere ? relationsFrom(hop.node) : []);
  const lines = hopDiff(hop, out);
  const isSame = hop.out.length > 0 && lines.every((line) => line.sign === ' ');
  return (
    <div className="tstep" data-testid="trace-step">
      {hop.error && <p className="twhy" role="alert"><Icon name="error" /><bdi>{hop.error}</bdi></p>}
      <div className="tways">
        {taken.map((name) => <span key={name} className="pill still" style={colour(name)}><Icon name="check" label={t('trace.taken')} /><bdi>{name.startsWith('enter ') ? t('trace.enters') : name}</bdi></span>)}
        {others.map((name) => <span key={name} className="pill still untaken"><s><bdi>{name}</bdi></s><span className="sr">{t('trace.untaken')}</span></span>)}
        {!hop.out.length && !hop.error && <span className="muted">{t('trace.nothing')}</span>}
        <span className="grow" /><small className="muted">{t('trace.message', { type: typeWords(hop.in.type), name: hop.in.originator.name })}</small>
      </div>
      {hop.out.length > 1 && (
        <div className="touts" role="group" aria-label={t('trace.messages')}>
          {hop.out.map((sent, index) => <button key={index} type="button" className="pill still" aria-pressed={index === out} style={colour(sent.relation)} onClick={() => useTrace.setState({ out: index })}>{index + 1} <bdi>{sent.relation}</bdi></button>)}
        </div>
      )}
      {watched.length > 0 && <Watches trace={trace} paths={watched} at={at} />}
      {isSame && <p className="hint pad">{t('test.same')}</p>}
      <div className="diff" dir="ltr">
        {lines.map((line, index) => {
          const isWatched = watched.includes(line.path);
          return (
            <div key={index} className={line.sign === '+' ? 'add' : line.sign === '-' ? 'del' : 'same'}>
              <button type="button" className="pin" aria-pressed={isWatched} aria-label={t('trace.watch', { path: line.path })} title={t('trace.watch', { path: line.path })} onClick={() => toggleWatch(line.path)}><Icon name="eye" /></button>
              {line.sign} {line.path}: <bdi>{line.value}</bdi>
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** Watched fields: their value behind each hop, the hops that changed them marked. */
function Watches({ trace, paths, at }: { trace: TraceView; paths: readonly string[]; at: number }) {
  return (
    <table className="twatch">
      <caption className="sr">{t('trace.watched')}</caption>
      <tbody>
        {paths.map((path) => (
          <tr key={path}>
            <th scope="row"><button type="button" className="pin" aria-pressed="true" aria-label={t('trace.unwatch', { path })} title={t('trace.unwatch', { path })} onClick={() => toggleWatch(path)}><Icon name="x" /></button><bdi>{path}</bdi></th>
            <td>
              {watch(trace, path).map(({ index, value, isChanged }) => (
                <button key={index} type="button" className={isChanged ? 'chg' : ''} aria-current={index === at ? 'step' : undefined} title={value} onClick={() => stand(index)}><small>{index + 1}</small> <bdi>{value ?? '–'}</bdi></button>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Back, forward and anywhere; in the head of the drawer. */
export function Stepper() {
  const trace = useTrace((state) => state.trace);
  const at = useTrace((state) => state.at);
  if (!trace?.hops.length) return null;
  const last = trace.hops.length - 1;
  return (
    <div className="tstepper" role="group" aria-label={t('trace.steps')}>
      <span className="num" data-testid="trace-at">{at + 1} / {last + 1}</span>
      <input type="range" min={0} max={last} value={at} aria-label={t('trace.slider')} aria-valuetext={`${at + 1}: ${trace.hops[at]!.name}`} onChange={(event) => stand(Number(event.target.value))} />
      <button type="button" className="btn ghost sm icon" aria-label={t('trace.back')} title={`${t('trace.back')} (,)`} disabled={at === 0} onClick={() => stand(at - 1)}><Icon name="step-back" /></button>
      <button type="button" className="btn ghost sm icon" aria-label={t('trace.forward')} title={`${t('trace.forward')} (.)`} disabled={at === last} onClick={() => stand(at + 1)}><Icon name="step-forward" /></button>
    </div>
  );
}

