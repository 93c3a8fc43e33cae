import { useEffect, useState } from 'react';
import * as Tabs from '@radix-ui/react-tabs';
import { useQuery } from '@tanstack/react-query';
import { house, type Health, type Setting } from '../core/house';
import { duration, LANGUAGES, moment, number, t, type Language } from '../core/i18n';
import { shown } from '../core/shown';
import { Copy } from '../shell/Copy';
import { Icon } from '../shell/Icon';
import { Find, Frame, Segments, Standing } from '../shell/parts';
import { NAMES, THEMES } from '../shell/Preferences';
import { setLanguage, setPref, setTheme, usePrefs } from '../state/prefs';
import { SETTINGS } from '../state/router';
import { startTour } from '../state/tour';

const TABS = ['look', 'server', 'health'] as const;
type Tab = (typeof TABS)[number];
const tabOf = (): Tab => TABS.find((name) => `#${name}` === location.hash) ?? 'look';
const LIMITS = /_days$|_per_hour$|^max_|_max_|_timeout_|_limit$|^cached_|_deadline_|_budget$|_sample_|shutdown/;

/** What a person may choose here, what the operator chose, and how the server is. */
export default function SettingsPage() {
  const [tab, setTab] = useState<Tab>(tabOf);
  useEffect(() => {
    const back = () => setTab(tabOf());
    addEventListener('hashchange', back);
    return () => removeEventListener('hashchange', back);
  }, []);
  return (
    <Frame here={SETTINGS} title={t('nav.settings')}>
      <Tabs.Root className="tabbed" value={tab} onValueChange={(next) => { window.history.replaceState(null, '', `#${next}`); setTab(next as Tab); }}>
        <div className="tabs"><Tabs.List className="tablist" aria-label={t('nav.settings')}>{TABS.map((name) => <Tabs.Trigger key={name} value={name}>{t(`set.${name}`)}</Tabs.Trigger>)}</Tabs.List></div>
        <Tabs.Content className="part" value="look"><Look /></Tabs.Content>
        <Tabs.Content className="part" value="server"><Server /></Tabs.Content>
        <Tabs.Content className="part" value="health"><Wellbeing /></Tabs.Content>
      </Tabs.Root>
    </Frame>
  );
}

function Look() {
  const { theme, language, letters } = usePrefs();
  return (
    <section className="tileset options" aria-label={t('set.look')}>
      <div className="option"><b>{t('set.theme')}</b><Segments label={t('set.theme')} options={THEMES.map(([name]) => [name, t(`theme.${name}`)] as const)} value={theme} onChoose={setTheme} /></div>
      <div className="option"><b>{t('set.language')}</b><Segments label={t('set.language')} options={LANGUAGES.map((name: Language) => [name, NAMES[name]] as const)} value={language} onChoose={(next) => void setLanguage(next)} /></div>
      <div className="option"><label htmlFor="letters"><b>{t('set.letters')}</b><small>{t('set.letters.hint')}</small></label><input id="letters" type="checkbox" role="switch" className="sw" checked={letters} onChange={(event) => setPref('letters', event.target.checked)} /></div>
      <div className="option"><span><b>{t('set.tour')}</b><small>{t('set.tour.hint')}</small></span><button type="button" className="btn" onClick={startTour}><Icon name="play" />{t('set.tour.start')}</button></div>
      <p className="hint">{t('set.kept')}</p>
    </section>
  );
}

function Server() {
  const [q, setQ] = useState('');
  const found = useQuery({ queryKey: ['settings'], queryFn: house.settings, staleTime: Infinity });
  const fit = (found.data ?? []).filter((row) => `${row.variable} ${row.description}`.toLowerCase().includes(q.toLowerCase()));
  const limits = fit.filter((row) => LIMITS.test(row.name));
  const others = fit.filter((row) => !LIMITS.test(row.name));
  return (
    <>
      <p className="hint lead">{t('set.hint')}</p>
      <div className="listhead"><Find label={t('set.find')} value={q} onFind={setQ} /></div>
      <Standing of={found} count={fit.length} empty={<p>{t('set.none')}</p>} />
      <Rows title={t('set.limits')} rows={limits} /><Rows title={t('set.others')} rows={others} />
    </>
  );
}

function Rows({ title, rows }: { title: string; rows: readonly Setting[] }) {
  if (!rows.length) return null;
  return (
    <section aria-label={title}><h2 className="over">{title}</h2><div className="sheet"><table className="grid settings">
      <thead><tr><th scope="col">{t('set.name')}</th><th scope="col">{t('set.value')}</th><th scope="col">{t('set.source')}</th></tr></thead>
      <tbody>{rows.map((row) => (
        <tr key={row.name} data-name={row.name}>
          <th scope="row"><code>{row.variable}</code><Copy text={row.variable} label={row.variable} /><small lang="en">{row.description}</small></th>
          <td data-label={t('set.value')}><code className="val">{row.value === '' ? t('set.empty') : shown(row.value)}</code></td>
          <td data-label={t('set.source')}><span className={`chip ${row.source === 'default' ? '' : 'accent'}`}>{['environment', 'default'].includes(row.source) ? t(`set.from.${row.source}`) : row.source}</span></td>
        </tr>
      ))}</tbody>
    </table></div></section>
  );
}

function Wellbeing() {
  const found = useQuery({ queryKey: ['health'], queryFn: house.health, refetchInterval: 3000 });
  const health = found.data;
  if (!health) return <Standing of={found} count={0} empty="" />;
  const isWell = health.ok && !found.isError;
  return (
    <>
      <p className={`verdict ${isWell ? 'ok' : 'bad'}`} role="status"><Icon name={isWell ? 'ok' : 'error'} />{found.isError ? t('health.offline') : t(health.ok ? 'health.ok' : 'health.bad')}</p>
      <dl className="facts wide">{facts(health).map(([word, value, isBad]) => <div key={word} className={isBad ? 'bad' : ''}><dt>{word}</dt><dd dir="auto">{value}</dd></div>)}</dl>
      <p className="ways-on"><a className="link" href="/metrics">{t('health.metrics')}</a><a className="link" href="/manage/docs">{t('health.api')}</a></p>
    </>
  );
}

/** What is said of the parts: name, value, whether it is bad. */
function facts(health: Health): [string, string, boolean?][] {
  const { store } = health;
  const doors = health.doors.map((door): [string, string] => [t('health.door', { bind: door.bind }), `${door.connections === null ? t('health.main') : t('health.open', { n: number(door.connections) })} · ${t(door.tls ? 'health.tls' : 'health.plain')}`]);
  return [
    [t('health.store'), store.ok ? `${t('health.answers', { time: duration(store.pingUs) })} · ${t('health.commits', { n: number(store.commits) })} · ${store.url}` : `${store.error} · ${store.url}`, !store.ok],
    ...doors,
    [t('health.queue'), t('health.waits', { n: number(health.queueDepth), held: number(health.queueHeld) })],
    [t('health.dead'), number(health.deadLetters), health.deadLetters > 0],
    [t('health.exchanges'), number(health.exchangesOpen)],
    [t('health.chains'), number(health.chains)],
    [t('health.uptime'), moment(health.ts - health.uptimeS * 1000)],
    [t('health.version'), `Tidegate ${health.version} · Python ${health.python} · ${health.platform}`],
  ];
}
