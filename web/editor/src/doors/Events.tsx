import { useState } from 'react';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../core/api';
import { clock, moment, t } from '../core/i18n';
import { ofEvent } from '../core/payload';
import type { EventView } from '../core/types';
import { Dropped } from '../events/Dropped';
import { joined, useTail } from '../events/tail';
import { Icon } from '../shell/Icon';
import { More, Standing } from '../shell/parts';

const PAGE = '50';
const SHOWN = 4000;
const DAY_MS = 86_400_000;

interface EventsProps {
  source: 'integration' | 'converter';
  entity: string;
  /** Whether In and Out are kept now. */
  isKept: boolean;
  onKeep: () => void;
  onUse?: (event: EventView) => void;
}

/** What came in and went out, newest first; new ones come by themselves. */
export function Events({ source, entity, isKept, onKeep, onUse }: EventsProps) {
  const [level, setLevel] = useState('');
  const [q, setQuery] = useState('');
  const [isLive, setLive] = useState(true);
  const client = useQueryClient();
  const queryKey = ['events', JSON.stringify([source, entity, level, q])];
  const query = useInfiniteQuery({
    queryKey, initialPageParam: '',
    queryFn: ({ pageParam }) => api.eventPage({ source, entity, level, q, limit: PAGE, cursor: pageParam }),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const askAgain = () => void client.cancelQueries({ queryKey }).then(() => client.refetchQueries({ queryKey }));
  const { events: news, dropped, forget } = useTail<EventView>({ source, entity, ...(level ? { level } : {}), q }, askAgain, !isLive);
  const turn = (isOn: boolean) => { setLive(isOn); if (isOn) { forget(); askAgain(); } };
  const events = joined(news, query.data?.pages.flatMap((page) => page.items) ?? []);
  return (
    <section className="evs" aria-label={t('events')}>
      <div className="evbar">
        <div className="find"><Icon name="search" /><input className="inp" type="search" aria-label={t('events.find')} placeholder={t('events.find')} value={q} onChange={(event) => setQuery(event.target.value)} /></div>
        <select className="inp" aria-label={t('events.level')} value={level} onChange={(event) => setLevel(event.target.value)}><option value="">{t('events.all')}</option><option value="error">{t('events.errors')}</option><option value="info">{t('events.info')}</option></select>
        <label className="livebox"><input type="checkbox" role="switch" className="sw" checked={isLive} onChange={(event) => turn(event.target.checked)} />{t('events.live')}</label>
        <span className="grow" />
        <button type="button" className="btn sm" aria-pressed={isKept} onClick={onKeep}><Icon name="bug" />{t(isKept ? 'debug.isOn' : 'events.on')}</button>
      </div>
      {!isKept && <p className="hint">{t('events.failuresOnly')}</p>}
      <Dropped count={dropped} />
      <Standing of={query} count={events.length} empty={<><Icon name="scroll-text" /><p role="status">{t(isKept && isLive ? 'events.waiting' : 'events.none')}</p></>} />
      {events.length > 0 && <ul className="events wide">{events.map((event) => <Row key={event.id} event={event} onUse={onUse} />)}</ul>}
      <More isMore={query.hasNextPage} isBusy={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()} />
    </section>
  );
}

function Row({ event, onUse }: { event: EventView; onUse: EventsProps['onUse'] }) {
  const [isOpen, setOpen] = useState(false);
  const isIn = event.kind !== 'Out' && event.kind !== 'Downlink';
  return (
    <li data-kind={event.kind}>
      <button type="button" className="prow" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <span className={`dir ${event.level}`}><Icon name={isIn ? 'log-in' : 'log-out'} />{t(isIn ? 'events.in' : 'events.out')}</span>
        <bdi className="txt">{(event.text || event.payload).slice(0, 300)}</bdi>
        {event.level === 'error' ? <span className="chip bad">{t('events.error')}</span> : <span className="chip live">OK</span>}
        <small>{Date.now() - event.ts < DAY_MS ? clock(event.ts) : moment(event.ts)}</small>
      </button>
      {isOpen && <Details event={event} onUse={isIn && event.kind !== 'Error' ? onUse : undefined} />}
    </li>
  );
}

function Details({ event, onUse }: { event: EventView; onUse: EventsProps['onUse'] }) {
  const [isWhole, setWhole] = useState(false);
  const { type, text } = ofEvent(event.payload);
  const entries = Object.entries(event.metadata);
  return (
    <div className="more">
      {event.level === 'error' && <p className="bad" dir="auto">{event.text}</p>}
      {text && <><h4>{t('events.payload')}{type === 'BINARY' && ' (hex)'}</h4><pre dir="auto">{isWhole ? text : text.slice(0, SHOWN)}{text.length > SHOWN && !isWhole && '…'}</pre></>}
      {text.length > SHOWN && <button type="button" className="btn sm" onClick={() => setWhole(!isWhole)}>{t(isWhole ? 'events.less' : 'events.whole')}</button>}
      {entries.length > 0 && <><h4>{t('events.metadata')}</h4><dl className="meta">{entries.map(([key, value]) => <div key={key}><dt dir="auto">{key}</dt><dd dir="auto">{value}</dd></div>)}</dl></>}
      {onUse && <button type="button" className="btn sm" onClick={() => onUse(event)}><Icon name="play" />{t('events.try')}</button>}
    </div>
  );
}
