import { useState } from 'react';
import { SOURCES, type EventFilter } from '../core/house';
import { t } from '../core/i18n';
import { EventList } from '../events/EventList';
import { Find, Frame } from '../shell/parts';
import { EVENTS, go } from '../state/router';

const LEVELS = ['info', 'error'] as const;

/** The filter that the address holds, so that a view can be kept and sent. */
function fromAddress(): EventFilter {
  const given = new URLSearchParams(location.search);
  const when = (name: string) => (Number.isSafeInteger(Number(given.get(name))) && given.get(name) ? { [name]: Number(given.get(name)) } : {});
  const text = (name: string) => (given.get(name) ? { [name]: given.get(name)! } : {});
  return { ...text('source'), ...text('entity'), ...text('chain'), ...text('level'), ...text('q'), ...when('from'), ...when('to') };
}

/** Everything that happened, of all sources; filtered, live, page by page. */
export default function EventsPage() {
  const [filter, setFilter] = useState<EventFilter>(fromAddress);
  const change = (part: EventFilter) => {
    const next = Object.fromEntries(Object.entries({ ...filter, ...part }).filter(([, value]) => value !== undefined && value !== '')) as EventFilter;
    setFilter(next);
    const words = new URLSearchParams(Object.entries(next).map(([name, value]) => [name, String(value)])).toString();
    go(words ? `${EVENTS}?${words}` : EVENTS, true);
  };
  const pick = (name: 'source' | 'level', options: readonly string[]) => (
    <label className="pick"><span>{t(`ev.${name}`)}</span><select className="inp" value={filter[name] ?? ''} onChange={(event) => change({ [name]: event.target.value })}><option value="">{t('ev.any')}</option>{options.map((option) => <option key={option} value={option}>{t(`ev.${name}.${option}`)}</option>)}</select></label>
  );
  const moment = (name: 'from' | 'to') => (
    <label className="pick"><span>{t(`ev.${name}`)}</span><input className="inp" type="datetime-local" step="1" value={filter[name] === undefined ? '' : local(filter[name]!)} onChange={(event) => change({ [name]: event.target.value ? new Date(event.target.value).getTime() : undefined })} /></label>
  );
  return (
    <Frame here={EVENTS} title={t('nav.events')}>
      <div className="listhead filters"><Find label={t('ev.search')} value={filter.q ?? ''} onFind={(q) => change({ q })} />{pick('source', SOURCES)}{pick('level', LEVELS)}{moment('from')}{moment('to')}</div>
      {filter.entity && <p className="about"><span className="chip accent">{t('ev.entity.one')}</span> <button type="button" className="link" onClick={() => change({ entity: '', chain: '' })}>{t('ev.entity.clear')}</button></p>}
      <EventList filter={filter} empty={t('ev.none')} onAbout={(entity, chain) => change({ entity, chain })} />
    </Frame>
  );
}

/** A moment as a datetime-local field writes it, in the time of this place. */
function local(ts: number): string {
  const shift = new Date(ts).getTimezoneOffset() * 60_000;
  return new Date(ts - shift).toISOString().slice(0, 19);
}
