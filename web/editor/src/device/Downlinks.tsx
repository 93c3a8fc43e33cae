import { useState } from 'react';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { house, type Downlink } from '../core/house';
import { moment, t, tn } from '../core/i18n';
import { pretty } from '../core/shown';
import { Icon } from '../shell/Icon';
import { Age, failed, More, Standing, useNow } from '../shell/parts';
import { Link } from '../shell/Shell';
import { integrationPath, anyTracePath } from '../state/router';
import { toast } from '../state/editor';
import type { DeviceProps } from '../pages/DevicePage';

/** What waits for the device's next message or poll, and what became of earlier ones. */
export function Downlinks({ device }: DeviceProps) {
  const client = useQueryClient();
  const waiting = useQuery({ queryKey: ['downlinks', device.id, 'queued'], queryFn: () => house.downlinks(device.id, 'queued', null, 1000), refetchInterval: 5000 });
  const all = useInfiniteQuery({
    queryKey: ['downlinks', device.id, 'all'], queryFn: ({ pageParam }) => house.downlinks(device.id, '', pageParam),
    initialPageParam: null as string | null, getNextPageParam: (last) => last.next, refetchInterval: 5000,
  });
  const doors = useQuery({ queryKey: ['doors'], queryFn: house.integrations, staleTime: 60_000 });
  const again = () => client.invalidateQueries({ queryKey: ['downlinks', device.id] });
  const cancel = useMutation({ mutationFn: (id: string) => house.cancelDownlink(device.id, id), onSettled: again, onError: failed });
  const cancelAll = useMutation({ mutationFn: () => house.cancelDownlinks(device.id), onSuccess: ({ cancelled }) => toast(tn('down.cancelled', cancelled)), onSettled: again, onError: failed });
  const names = new Map((doors.data ?? []).map((door) => [door.id, door.name]));
  const queue = [...(waiting.data?.items ?? [])].reverse();
  const past = (all.data?.pages.flatMap((page) => page.items) ?? []).filter((row) => row.state !== 'queued');
  return (
    <>
      <section aria-labelledby="down-waiting"><div className="listhead"><h2 id="down-waiting">{t('down.waiting')} <span className="chip small">{queue.length}</span></h2><span className="grow" />{queue.length > 1 && <button type="button" className="btn sm" onClick={() => cancelAll.mutate()}>{t('down.cancelAll')}</button>}</div>
        <Standing of={waiting} count={queue.length} empty={<p>{t('down.none')}</p>} />
        {queue.length > 0 && <ul className="cards" data-testid="waiting">{queue.map((row) => <Card key={row.id} row={row} door={names.get(row.integrationId)} onCancel={() => cancel.mutate(row.id)} />)}</ul>}
      </section>
      {past.length > 0 && <section aria-labelledby="down-past"><div className="listhead"><h2 id="down-past">{t('down.past')}</h2></div>
        <ul className="cards" data-testid="past">{past.map((row) => <Card key={row.id} row={row} door={names.get(row.integrationId)} />)}</ul>
        <More isMore={all.hasNextPage} isBusy={all.isFetchingNextPage} onMore={() => void all.fetchNextPage()} />
      </section>}
      <p className="hint">{t('down.hint')}</p>
    </>
  );
}

function Card({ row, door, onCancel }: { row: Downlink; door: string | undefined; onCancel?: () => void }) {
  const [isOpen, setOpen] = useState(false);
  const now = useNow(1000);
  return (
    <li className="downlink" data-state={row.state}>
      <div className="line">
        <span className={`chip ${row.state === 'delivered' ? 'live' : row.state === 'queued' ? 'draft' : ''}`}>{t(`down.state.${row.state}`)}</span>
        <button type="button" className="payload" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}><code dir="ltr">{row.payload || t('down.noBody')}</code></button>
        {onCancel && <button type="button" className="btn sm" onClick={onCancel}><Icon name="x" />{t('down.cancel')}</button>}
      </div>
      <p className="facts-line">
        <span>{t('down.through')} <Link to={integrationPath(row.integrationId)} className="link" dir="auto">{door ?? t('down.goneDoor')}</Link></span>
        <span>{t('down.made')} <Age ts={row.createdTs} now={now} /></span>
        <span>{tn('down.tries', row.attempts)}</span>
        {row.state === 'queued' ? <span>{t('down.expires')} <time dateTime={new Date(row.expiresTs).toISOString()}>{moment(row.expiresTs)}</time></span> : row.doneTs && <span>{t(`down.state.${row.state}`)} <Age ts={row.doneTs} now={now} /></span>}
        {row.state === 'delivered' && <span>{t('down.carried')}</span>}
        {row.traceId && <Link to={anyTracePath(row.traceId)} className="link">{t('ev.trace')}</Link>}
      </p>
      {isOpen && <><p className="hint">{row.contentType}{row.encoding === 'base64' ? ' · base64' : ''}{row.status ? ` · HTTP ${row.status}` : ''}</p><pre dir="ltr">{row.encoding === 'text' ? pretty(row.payload) : row.payload}</pre>{Object.keys(row.headers).length > 0 && <pre dir="ltr">{Object.entries(row.headers).map(([name, value]) => `${name}: ${value}`).join('\n')}</pre>}</>}
    </li>
  );
}
