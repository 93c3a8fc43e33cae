import { useEffect, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { api } from '../core/api';
import { house, type FirstSteps } from '../core/house';
import { duration, number, t, tn } from '../core/i18n';
import { socket } from '../core/socket';
import type { Overview } from '../core/types';
import { Icon, Tile } from '../shell/Icon';
import { Frame } from '../shell/parts';
import { Link } from '../shell/Shell';
import { CHAINS, chainPath, DEAD_LETTERS, DEVICES, HOME, INTEGRATIONS } from '../state/router';
import { offerTour } from '../state/tour';

const RECENT = 5;
const STEPS: readonly (readonly [keyof FirstSteps, string])[] = [['integration', INTEGRATIONS], ['message', INTEGRATIONS], ['device', DEVICES], ['chain', CHAINS], ['downlink', DEVICES]];

/** The whole at a glance: figures that move, the first steps, the slowest nodes, the chains somebody worked on. */
export default function HomePage() {
  const { data: first, isError, refetch } = useQuery({ queryKey: ['overview'], queryFn: api.overview });
  const [now, setNow] = useState<Overview>();
  useEffect(() => socket.follow('stats.overview', {}, (data) => setNow(data as Overview)), []);
  // The tour needs something that moves.
  const moves = (first?.devices ?? 0) > 0 && (first?.messageRate ?? 0) > 0;
  useEffect(() => { if (moves) offerTour(); }, [moves]);
  const figures = now ?? first;
  return (
    <Frame here={HOME} title={t('nav.home')}>
      {isError && !figures && <p className="hint">{t('offline')} <button type="button" className="link" onClick={() => void refetch()}>{t('retry')}</button></p>}
      {figures && <Figures now={figures} />}
      <div className="halves"><Steps /><Recent /><Slowest /></div>
    </Frame>
  );
}

function Figures({ now }: { now: Overview }) {
  const cells: [string, string, { isBad?: boolean; small?: string; to?: string }?][] = [
    ['home.rate', `${number(now.messageRate, 1)}/s`],
    ['home.failures', `${number(now.failureRate, 2)}/s`, { isBad: now.failureRate > 0 }],
    ['home.online', number(now.devicesOnline), { small: t('home.of', { n: number(now.devices) }), to: DEVICES }],
    ['home.chains', number(now.ruleChains), { to: CHAINS }],
    ['home.queue', number(now.queueDepth)],
    ['home.dead', number(now.deadLetters), { isBad: now.deadLetters > 0, to: DEAD_LETTERS }],
  ];
  return (
    <dl className="figs">{cells.map(([word, value, { isBad, small, to } = {}]) => <div key={word} className={isBad ? 'bad' : ''}><dt>{to ? <Link to={to} className="over-all">{t(word)}</Link> : t(word)}</dt><dd>{value}{small && <small> {small}</small>}</dd></div>)}</dl>
  );
}

function Steps() {
  const { data } = useQuery({ queryKey: ['first-steps'], queryFn: house.firstSteps, refetchInterval: (query) => (query.state.data && Object.values(query.state.data).every(Boolean) ? false : 3000) });
  if (!data) return null;
  return (
    <section className="tileset" aria-labelledby="steps">
      <h2 id="steps">{t('home.steps')}</h2>
      <ol>{STEPS.map(([name, to]) => <li key={name} data-step={name} className={data[name] ? 'done' : ''}><span className={`lv ${data[name] ? 'ok' : ''}`}><Icon name={data[name] ? 'ok' : 'circle'} /></span>{data[name] ? t(`home.first.${name}`) : <Link to={to} className="link">{t(`home.first.${name}`)}</Link>}<span className="sr">: {t(data[name] ? 'home.done' : 'home.open')}</span></li>)}</ol>
      {STEPS.every(([name]) => data[name]) && <p className="hint">{t('home.first.all')}</p>}
    </section>
  );
}

function Recent() {
  const { data } = useQuery({ queryKey: ['chains', 'recent'], queryFn: () => api.chains('', '-updatedTs') });
  return (
    <section className="tileset" aria-labelledby="recent">
      <h2 id="recent">{t('home.recent')}</h2>
      <ul>{data?.items.slice(0, RECENT).map((chain) => (
        <li key={chain.id}><Link to={chainPath(chain.id)} className="chainlink"><Tile name="workflow" category="transform" /><span className="nm" dir="auto">{chain.name}</span></Link>{chain.root && <span className="chip accent">{t('chains.root')}</span>}<small className="muted">{tn('chains.nodes', chain.nodes)}</small></li>
      ))}</ul>
      <p><Link to={CHAINS} className="link">{t('home.all')}</Link></p>
    </section>
  );
}

function Slowest() {
  const { data } = useQuery({ queryKey: ['slowest'], queryFn: house.slowestNodes, refetchInterval: 10_000 });
  if (!data) return null;
  const most = Math.max(...data.map((node) => node.meanUs), 1);
  return (
    <section className="tileset slow" aria-labelledby="slow">
      <h2 id="slow">{t('home.slow')}</h2>
      {data.length ? <ul>{data.map((node) => (
        <li key={`${node.chain} ${node.node}`}><Link to={chainPath(node.chain)} className="chainlink"><span className="nm" dir="auto">{node.name}</span></Link><span className="meter" aria-hidden="true"><i style={{ width: `${(node.meanUs / most) * 100}%` }} /></span><small className="muted num">{duration(node.meanUs)}</small></li>
      ))}</ul> : <p className="hint">{t('home.slow.none')}</p>}
      <p className="hint">{t('home.slow.hint')}</p>
    </section>
  );
}
