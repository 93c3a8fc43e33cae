import { useEffect } from 'react';
import { useQuery } from '@tanstack/react-query';
import { api, ApiError } from '../core/api';
import { t } from '../core/i18n';
import { Frame, reason } from '../shell/parts';
import { Link } from '../shell/Shell';
import { EVENTS, go, tracePath } from '../state/router';

/** The way from a trace's id to the chain that it went through. */
export default function TracePage({ id }: { id: string }) {
  const found = useQuery({ queryKey: ['trace', id], queryFn: () => api.trace(id), retry: false });
  const chain = found.data?.chain;
  useEffect(() => { if (chain) go(tracePath(chain, id), true); }, [chain, id]);
  const text = found.error instanceof ApiError && found.error.status === 404 ? t('trace.gone') : found.isError ? reason(found.error) : t('trace.looking');
  return <Frame here="" title={t('outline.step')}><div className="sorry"><p role="status">{text}</p>{found.isError && <Link to={EVENTS} className="btn">{t('nav.events')}</Link>}</div></Frame>;
}
