import { useState } from 'react';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { house, type Device } from '../core/house';
import { t } from '../core/i18n';
import { DeviceDialog } from '../device/DeviceDialog';
import { isOnline, Presence } from '../device/Presence';
import { Confirm } from '../shell/Confirm';
import { Icon } from '../shell/Icon';
import { Age, failed, Find, Frame, More, Standing, useNow } from '../shell/parts';
import { Link } from '../shell/Shell';
import { devicePath, DEVICES, go } from '../state/router';

const SORTS = ['name', '-lastActivityTs', 'type', '-createdTs'] as const;

/** All devices: who is there, since when, and the way to a new one. */
export default function DevicesPage() {
  const [q, setQ] = useState('');
  const [sort, setSort] = useState<string>('name');
  const [isNew, setNew] = useState(false);
  const [doomed, setDoomed] = useState<Device | null>(null);
  const client = useQueryClient();
  const found = useInfiniteQuery({
    queryKey: ['devices', q, sort], queryFn: ({ pageParam }) => house.devices(q, sort, pageParam),
    initialPageParam: null as string | null, getNextPageParam: (last) => last.next, refetchInterval: 5000, placeholderData: (old) => old,
  });
  const remove = useMutation({ mutationFn: (device: Device) => house.deleteDevice(device.id), onSuccess: () => client.invalidateQueries({ queryKey: ['devices'] }), onError: failed });
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Frame here={DEVICES} title={t('nav.devices')}>
      <div className="listhead"><Find label={t('dev.search')} value={q} onFind={setQ} />
        <label className="pick"><span>{t('dev.sort')}</span><select className="inp" value={sort} onChange={(event) => setSort(event.target.value)}>{SORTS.map((name) => <option key={name} value={name}>{t(`dev.sort.${name}`)}</option>)}</select></label>
        <span className="grow" /><button type="button" className="btn primary" onClick={() => setNew(true)}><Icon name="plus" />{t('dev.new')}</button>
      </div>
      <Standing of={found} count={items.length} empty={q ? <p>{t('dev.notFound')}</p> : <><p>{t('dev.none')}</p><button type="button" className="btn" onClick={() => setNew(true)}><Icon name="plus" />{t('dev.new')}</button></>} />
      {items.length > 0 && <Table items={items} onDelete={setDoomed} />}
      <More isMore={found.hasNextPage} isBusy={found.isFetchingNextPage} onMore={() => void found.fetchNextPage()} />
      {isNew && <DeviceDialog onClose={() => setNew(false)} onDone={(device) => { void client.invalidateQueries({ queryKey: ['devices'] }); go(devicePath(device.id)); }} />}
      {doomed && <Confirm title={t('dev.delete.title', { name: doomed.name })} text={t('dev.delete.text')} word={t('delete')} onYes={() => remove.mutate(doomed)} onClose={() => setDoomed(null)} />}
    </Frame>
  );
}

function Table({ items, onDelete }: { items: readonly Device[]; onDelete: (device: Device) => void }) {
  const now = useNow(1000);
  return (
    <div className="sheet">
      <table className="grid">
        <thead><tr><th scope="col">{t('dev.online')}</th><th scope="col">{t('name')}</th><th scope="col">{t('dev.type')}</th><th scope="col">{t('dev.seen')}</th><th scope="col"><span className="sr">{t('outline.actions')}</span></th></tr></thead>
        <tbody>{items.map((device) => (
          <tr key={device.id} data-name={device.name}>
            <td className="dotcell"><Presence isOn={isOnline(device.lastActivityTs, now)} /></td>
            <th scope="row"><Link to={devicePath(device.id)} className="rowlink" dir="auto">{device.name}</Link>{device.label && <small dir="auto">{device.label}</small>}</th>
            <td data-label={t('dev.type')}><span className="clip" dir="auto">{device.type}</span></td>
            <td data-label={t('dev.seen')} className="num">{device.lastActivityTs ? <Age ts={device.lastActivityTs} now={now} /> : <span className="muted">{t('dev.never')}</span>}</td>
            <td className="acts"><button type="button" className="btn sm ghost icon danger" aria-label={t('dev.delete', { name: device.name })} onClick={() => onDelete(device)}><Icon name="trash-2" /></button></td>
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}
