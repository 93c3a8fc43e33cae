import * as Menu from '@radix-ui/react-dropdown-menu';
import { useQuery } from '@tanstack/react-query';
import { house, type Notification } from '../core/house';
import { moment, t } from '../core/i18n';
import { devicePath, go, integrationPath } from '../state/router';
import { useUnread } from '../state/unread';
import { Icon } from './Icon';

const WAYS: Record<string, readonly [string, (id: string) => string]> = { Created: ['bell.device', devicePath], Failed: ['bell.integration', integrationPath] };

/** The notifications, newest first. */
export function BellLines() {
  const count = useUnread((state) => state.count);
  const found = useQuery({ queryKey: ['notifications'], queryFn: house.notifications });
  const items = found.data?.items ?? [];
  const read = (ids?: string[]) => void house.read(ids).then(({ unread }) => { useUnread.setState({ count: unread }); void found.refetch(); }, () => undefined);
  return (
    <>
      <Menu.Label className="menuhead">{t('bell')}{found.isError && <small>{t('offline')}</small>}</Menu.Label>
      {found.isSuccess && !items.length && <p className="hint pad">{t('bell.none')}</p>}
      <div className="lines">{items.map((item) => <Line key={item.id} item={item} onRead={() => read([item.id])} />)}</div>
      {count > 0 && <><Menu.Separator asChild><hr /></Menu.Separator><Menu.Item className="row" onSelect={(event) => { event.preventDefault(); read(); }}><Icon name="check-check" />{t('bell.readAll')}</Menu.Item></>}
    </>
  );
}

/** One line; choosing it opens what it is about and marks it as read. */
function Line({ item, onRead }: { item: Notification; onRead: () => void }) {
  const way = WAYS[item.kind];
  return (
    <Menu.Item className={`row note-row ${item.read ? '' : 'unread'}`} data-kind={item.kind} onSelect={() => { if (!item.read) onRead(); if (way) go(way[1](item.entityId)); }}>
      <span className={`lv ${item.kind === 'Failed' ? 'error' : 'ok'}`}><Icon name={item.kind === 'Failed' ? 'error' : 'cpu'} /></span>
      <span className="what"><b>{t(`bell.kind.${item.kind}`)}</b><span dir="auto">{item.text}</span><small>{moment(item.createdTs)}{!item.read && ` · ${t('bell.new')}`}</small></span>
      {way && <span className="go">{t(way[0])}</span>}
    </Menu.Item>
  );
}
