import { useState } from 'react';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { house, type Event, type EventFilter } from '../core/house';
import { moment, t, tn } from '../core/i18n';
import { pretty } from '../core/shown';
import { Icon } from '../shell/Icon';
import { More, Standing } from '../shell/parts';
import { Link } from '../shell/Shell';
import { anyTracePath } from '../state/router';
import { Dropped } from './Dropped';
import { joined, useTail } from './tail';

/** Events, newest first; new ones come by themselves unless the tail is held. */
export function EventList({ filter, empty, onAbout }: { filter: EventFilter; empty: string; onAbout?: (entity: string, chain: string) => void }) {
  const [isHeld, setHeld] = useState(false);
  const client = useQueryClient();
  const queryKey = ['events', JSON.stringify(filter)];
  const found = useInfiniteQuery({
    queryKey, queryFn: ({ pageParam }) => house.events(filter, pageParam),
    initialPageParam: null as string | null, getNextPageParam: (last) => last.next, gcTime: 0, staleTime: Infinity,
  });
  const follows = filter.to === undefined;
  const { source, entity, chain, level, q } = filter;
  const askAgain = () => void client.cancelQueries({ queryKey }).then(() => client.refetchQueries({ queryKey }));
  const { events: news, missed, dropped, forget } = useTail<Event>(follows ? { source, entity, chain, level, q } : null, askAgain, isHeld);
  const resume = () => { setHeld(false); forget(); askAgain(); };
  const items = joined(news, found.data?.pages.flatMap((page) => page.items) ?? []);
  const capped = Object.entries(found.data?.pages[0]?.capped ?? {});
  return (
    <>
      {follows && <div className="tailbar"><span className={`chip ${isHeld ? 'draft' : 'live'}`}>{t(isHeld ? 'ev.held' : 'events.live')}</span>
        <button type="button" className="btn sm" aria-pressed={isHeld} onClick={() => (isHeld ? resume() : setHeld(true))}><Icon name={isHeld ? 'play' : 'pause'} />{t(isHeld ? 'ev.resume' : 'ev.pause')}</button>
        {missed > 0 && <span className="muted" role="status">{tn('ev.missed', missed)}</span>}<Dropped count={dropped} /></div>}
      {capped.map(([source, count]) => <p key={source} className="hint" role="note">{t('ev.capped', { source: t(`ev.source.${source}`), n: count })}</p>)}
      <Standing of={found} count={items.length} empty={<p>{empty}</p>} />
      {items.length > 0 && <ul className="events log" data-testid="events">{items.map((event) => <Row key={event.id} event={event} {...(onAbout && event.entityId !== filter.entity ? { onAbout } : {})} />)}</ul>}
      <More isMore={found.hasNextPage} isBusy={found.isFetchingNextPage} onMore={() => void found.fetchNextPage()} />
    </>
  );
}

const WAYS: Record<string, string> = { In: 'events.in', Out: 'events.out' };

function Row({ event, onAbout }: { event: Event; onAbout?: (entity: string, chain: string) => void }) {
  const [isOpen, setOpen] = useState(false);
  const metadata = Object.entries(event.metadata);
  return (
    <li data-kind={event.kind} data-level={event.level}>
      <button type="button" className="prow" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <span className={`lv ${event.level === 'error' ? 'error' : 'muted'}`}><Icon name={event.level === 'error' ? 'error' : 'info'} /><span className="sr">{t(`ev.level.${event.level}`)}</span></span>
        <span className={`dir ${event.level}`}>{WAYS[event.kind] ? t(WAYS[event.kind]!) : event.kind}</span>
        <span className="who-cell"><bdi>{event.entityName}</bdi><small>{t(`ev.source.${event.source}`)}</small></span>
        <bdi className="txt">{(event.text || event.payload).slice(0, 400)}</bdi><small><time dateTime={new Date(event.ts).toISOString()}>{moment(event.ts, true)}</time></small>
      </button>
      {isOpen && (
        <div className="more">
          {event.text && <p className="said" dir="auto">{event.text}</p>}
          {event.payload && <><h3>{t('ev.payload')}</h3><pre dir="ltr">{pretty(event.payload)}</pre></>}
          {metadata.length > 0 && <><h3>{t('ev.metadata')}</h3><pre dir="ltr">{metadata.map(([key, value]) => `${key}: ${value}`).join('\n')}</pre></>}
          <p className="ways-on">{event.traceId && <Link to={anyTracePath(event.traceId)} className="link">{t('ev.trace')}</Link>}{onAbout && event.entityId && <button type="button" className="link" onClick={() => onAbout(event.entityId, event.chain)}>{t('ev.only')}</button>}</p>
        </div>
      )}
    </li>
  );
}
