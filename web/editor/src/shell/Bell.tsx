import { useEffect } from 'react';
import * as Menu from '@radix-ui/react-dropdown-menu';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { create } from 'zustand';
import { house, type Notification } from '../core/house';
import { moment, t, tn } from '../core/i18n';
import { socket } from '../core/socket';
import { devicePath, go, integrationPath } from '../state/router';
import { Icon } from './Icon';

const useUnread = create<{ count: number }>(() => ({ count: 0 }));
const WAYS: Record<string, readonly [string, (id: string) => string]> = { Created: ['bell.device', devicePath], Failed: ['bell.integration', integrationPath] };

/** What a person may want to know, with the number of what nobody has read; live. */
export function Bell() {
  const count = useUnread((state) => state.count);
  const client = useQueryClient();
  useEffect(() => socket.follow('notifications', {}, (data) => {
    useUnread.setState({ count: (data as { unread: number }).unread });
    void client.invalidateQueries({ queryKey: ['notifications'] });
  }), [client]);
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger className="btn ghost icon bell keep" aria-label={count ? tn('bell.unread', count) : t('bell')} title={t('bell')} data-testid="bell"><Icon name="bell" />{count > 0 && <span className="count" aria-hidden="true">{count > 99 ? '99+' : count}</span>}</Menu.Trigger>
      <Menu.Portal><Menu.Content className="pop belllist" align="end" sideOffset={6} collisionPadding={8}><Lines count={count} /></Menu.Content></Menu.Portal>
    </Menu.Root>
  );
}

function Lines({ count }: { count: number }) {
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
