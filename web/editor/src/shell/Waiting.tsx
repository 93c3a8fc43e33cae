import type { ReactNode } from 'react';
import { t } from '../core/i18n';
import { Icon } from './Icon';

interface WaitingProps {
  query: { isPending: boolean; isError: boolean; error: unknown; refetch: () => unknown };
  isEmpty?: boolean;
  empty?: ReactNode;
  children?: ReactNode;
}

/** What stands where content will be: nothing yet, nothing at all, or what went wrong with a way on. */
export function Waiting({ query, isEmpty = false, empty, children }: WaitingProps) {
  if (query.isError) {
    const reason = (query.error as Error).message;
    return <div className="hollow" role="alert"><span className="lv error"><Icon name="error" /></span><p>{reason && reason !== 'offline' ? reason : t('offline')}</p><button type="button" className="btn" onClick={() => void query.refetch()}>{t('retry')}</button></div>;
  }
  if (query.isPending) return <p className="hint" role="status">{t('loading')}</p>;
  return isEmpty ? <div className="hollow">{empty}</div> : children;
}
