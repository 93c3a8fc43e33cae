import { lazy, Suspense, useEffect } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { t } from '../core/i18n';
import { socket } from '../core/socket';
import { useUnread } from '../state/unread';
import { Caught } from './Caught';
import { Icon } from './Icon';
import { MenuButton } from './MenuButton';

const Lines = lazy(async () => ({ default: (await import('./BellLines')).BellLines }));

/** What a person may want to know, with the number of what nobody has read; live. */
export function Bell() {
  const count = useUnread((state) => state.count);
  const shown = count > 99 ? '99+' : String(count);
  const client = useQueryClient();
  useEffect(() => socket.follow('notifications', {}, (data) => {
    useUnread.setState({ count: (data as { unread: number }).unread });
    void client.invalidateQueries({ queryKey: ['notifications'] });
  }), [client]);
  return (
    <MenuButton className="btn ghost icon bell keep" pop="pop belllist" aria-label={count ? t('bell.unread', { n: shown }) : t('bell')} title={t('bell')} data-testid="bell" face={<><Icon name="bell" />{count > 0 && <span className="count" aria-hidden="true">{shown}</span>}</>}>
      {() => <Caught><Suspense fallback={null}><Lines /></Suspense></Caught>}
    </MenuButton>
  );
}
