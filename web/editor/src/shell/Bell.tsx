import { lazy, Suspense, useEffect } from 'react';
import * as Menu from '@radix-ui/react-dropdown-menu';
import { useQueryClient } from '@tanstack/react-query';
import { t, tn } from '../core/i18n';
import { socket } from '../core/socket';
import { useUnread } from '../state/unread';
import { Icon } from './Icon';

const Lines = lazy(async () => ({ default: (await import('./BellLines')).BellLines }));

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
      <Menu.Portal><Menu.Content className="pop belllist" align="end" sideOffset={6} collisionPadding={8}><Suspense fallback={null}><Lines /></Suspense></Menu.Content></Menu.Portal>
    </Menu.Root>
  );
}
