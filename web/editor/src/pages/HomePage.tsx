import { useEffect, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { api } from '../core/api';
import { currentLanguage, t, tn } from '../core/i18n';
import { socket } from '../core/socket';
import type { Overview } from '../core/types';
import { Icon, Tile } from '../shell/Icon';
import { Preferences } from '../shell/Preferences';
import { Link, Shell } from '../shell/Shell';
import { CHAINS, chainPath, HOME } from '../state/router';

const RECENT = 5;

/** The whole at a glance: figures that move, the first steps, the chains somebody worked on. */
export default function HomePage() {
  const { data: first, isError, refetch } = useQuery({ queryKey: ['overview'], queryFn: api.overview });
  const [now, setNow] = useState<Overview>();
  useEffect(() => socket.follow('stats.overview', {}, (data) => setNow(data as Overview)), []);
  useEffect(() => { document.title = `${t('nav.home')} · Tidegate`; });
  const figures = now ?? first;
  return (
    <Shell here={HOME} bar={<><b className="pagename">{t('nav.home')}</b><span className="grow" /><Preferences /></>}>
      <main className="page">
        <h1 className="sr">{t('nav.home')}</h1>
        {isError && !figures && <p className="hint">{t('offline')} <button type="button" className="link" onClick={() => void refetch()}>{t('retry')}</button></p>}
        {figures && <Figures now={figures} />}
        <div className="halves">{figures && <Steps now={figures} />}<Recent /></div>
      </main>
    </Shell>
  );
}

function Figures({ now }: { now: Overview }) {
  const number = (value: number, digits = 0) => value.toLocaleString(currentLanguage(), { maximumFractionDigits: digits });
  const cells: [string, string, boolean?][] = [
    ['home.rate', `${number(now.messageRate, 1)}/s`],
    ['home.failures', `${number(now.failureRate, 2)}/s`, now.failureRate > 0],
    ['home.devices', number(now.devices)],
    ['home.chains', number(now.ruleChains)],
    ['home.queue', number(now.queueDepth)],
    ['home.dead', number(now.deadLetters), now.deadLetters > 0],
  ];
  return (
    <dl className="figs">{cells.map(([word, value, isBad]) => <div key={word} className={isBad ? 'bad' : ''}><dt>{t(word)}</dt><dd>{value}</dd></div>)}</dl>
  );
}

function Steps({ now }: { now: Overview }) {
  const steps: [string, boolean][] = [['home.step.integration', now.integrations > 0], ['home.step.message', now.uplinks > 0 || now.devices > 0], ['home.step.device', now.devices > 0], ['home.step.chain', now.ruleChains > 0]];
  return (
    <section className="tileset" aria-labelledby="steps">
      <h2 id="steps">{t('home.steps')}</h2>
      <ul>{steps.map(([word, isDone]) => <li key={word} className={isDone ? 'done' : ''}><span className={`lv ${isDone ? 'ok' : ''}`}><Icon name={isDone ? 'ok' : 'circle'} /></span>{t(word)}<span className="sr">: {t(isDone ? 'home.done' : 'home.open')}</span></li>)}</ul>
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
