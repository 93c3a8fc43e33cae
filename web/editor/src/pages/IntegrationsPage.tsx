import { useEffect, useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../core/api';
import { clock, t } from '../core/i18n';
import type { EventView, IntegrationStatus, IntegrationView } from '../core/types';
import { healthOf, useStatus, useTurned } from '../doors/status';
import { Icon, Tile } from '../shell/Icon';
import { Preferences } from '../shell/Preferences';
import { Link, Shell } from '../shell/Shell';
import { Standing } from '../shell/parts';
import { toast } from '../state/editor';
import { integrationPath, INTEGRATIONS } from '../state/router';

const FRESH_MS = 5000;
const NEW = `${INTEGRATIONS}/new`;

/** All integrations: whether each runs, what goes through it, what went wrong last. */
export default function IntegrationsPage() {
  const [q, setQuery] = useState('');
  const query = useQuery({ queryKey: ['integrations', q], queryFn: () => api.integrations(q), refetchInterval: FRESH_MS, placeholderData: (old) => old });
  const { data: errors } = useQuery({ queryKey: ['integration-errors'], queryFn: async () => (await api.eventPage({ source: 'integration', level: 'error', limit: '200' })).items, refetchInterval: FRESH_MS });
  const now = useStatus();
  useEffect(() => { document.title = `${t('int.title')} · Tidegate`; });
  return (
    <Shell here={INTEGRATIONS} bar={<><b className="pagename">{t('int.title')}</b><span className="grow" /><Preferences /></>}>
      <main className="page">
        <h1 className="sr">{t('int.title')}</h1>
        <div className="listhead">
          <div className="find"><Icon name="search" /><input className="inp" type="search" aria-label={t('int.search')} placeholder={t('int.search')} value={q} onChange={(event) => setQuery(event.target.value)} /></div>
          <span className="grow" /><Link to={NEW} className="btn primary"><Icon name="plus" />{t('int.new')}</Link>
        </div>
        <Standing of={query} count={query.data?.items.length ?? 0} empty={<><Icon name="plug" /><p>{t(q ? 'int.notFound' : 'int.none')}</p>{!q && <Link to={NEW} className="btn primary"><Icon name="plus" />{t('int.first')}</Link>}</>} />
        <ul className="chainlist">{query.data?.items.map((item) => <Row key={item.id} item={item} status={now[item.id] ?? item} error={errors?.find((event) => event.entityId === item.id)} />)}</ul>
      </main>
    </Shell>
  );
}

function Row({ item, status, error }: { item: IntegrationView; status: IntegrationStatus; error: EventView | undefined }) {
  const client = useQueryClient();
  const [isOn, setTurned] = useTurned(status.enabled);
  const flip = useMutation({
    mutationFn: (isOn: boolean) => api.switchIntegration(item.id, isOn), onSuccess: () => client.invalidateQueries({ queryKey: ['integrations'] }),
    onError: (cause) => { setTurned(null); toast(cause.message || t('offline'), { bad: true }); },
  });
  const health = healthOf({ ...status, enabled: isOn });
  return (
    <li className="chain" data-name={item.name}>
      <Link to={integrationPath(item.id)} className="chainlink"><Tile name="webhook" category="input" /><span className="nm" dir="auto">{item.name}</span></Link>
      <span className={`chip health ${health}`}>{t(`int.${health}`)}</span>
      <span className="figures"><span title={t('int.upTitle')}>↑ {t('int.perMinute', { n: status.uplinksPerMinute })}</span><span title={t('int.downTitle')}>↓ {t('int.perMinute', { n: status.downlinksPerMinute })}</span></span>
      <small className={`lasterror ${error ? '' : 'none'}`} dir="auto" title={error?.text}>{error ? `${clock(error.ts)} ${error.text}` : t('int.noError')}</small>
      <input type="checkbox" role="switch" className="sw" aria-label={t('int.switch', { name: item.name })} checked={isOn} disabled={flip.isPending} onChange={(event) => { setTurned(event.target.checked); flip.mutate(event.target.checked); }} />
    </li>
  );
}
