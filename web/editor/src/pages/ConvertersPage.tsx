import { useEffect, useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../core/api';
import { moment, t, tn } from '../core/i18n';
import type { ConverterView, EventView } from '../core/types';
import { Confirm } from '../shell/Confirm';
import { Icon } from '../shell/Icon';
import { Preferences } from '../shell/Preferences';
import { Link, Shell } from '../shell/Shell';
import { Standing } from '../shell/parts';
import { toast } from '../state/editor';
import { converterPath, CONVERTERS } from '../state/router';

const FRESH_MS = 5000;

/** All converters: which way each works, who uses it, whether it fails. */
export default function ConvertersPage() {
  const [q, setQuery] = useState('');
  const [doomed, setDoomed] = useState<ConverterView | null>(null);
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['converters', q], queryFn: () => api.converters(q), refetchInterval: FRESH_MS, placeholderData: (old) => old });
  const { data: errors } = useQuery({ queryKey: ['converter-errors'], queryFn: async () => (await api.eventPage({ source: 'converter', level: 'error', limit: '200' })).items, refetchInterval: FRESH_MS });
  const remove = useMutation({ mutationFn: api.deleteConverter, onSuccess: () => client.invalidateQueries({ queryKey: ['converters'] }), onError: (error) => toast(error.message || t('offline'), { bad: true }) });
  useEffect(() => { document.title = `${t('conv.title')} · Tidegate`; });
  return (
    <Shell here={CONVERTERS} bar={<><b className="pagename">{t('conv.title')}</b><span className="grow" /><Preferences /></>}>
      <main className="page">
        <h1 className="sr">{t('conv.title')}</h1>
        <div className="listhead">
          <div className="find"><Icon name="search" /><input className="inp" type="search" aria-label={t('conv.search')} placeholder={t('conv.search')} value={q} onChange={(event) => setQuery(event.target.value)} /></div>
          <span className="grow" />
          <Link to={`${CONVERTERS}/new?direction=uplink`} className="btn primary"><Icon name="plus" />{t('conv.newUp')}</Link><Link to={`${CONVERTERS}/new?direction=downlink`} className="btn"><Icon name="plus" />{t('conv.newDown')}</Link>
        </div>
        <Standing of={query} count={query.data?.items.length ?? 0} empty={<><Icon name="convert" /><p>{t(q ? 'conv.notFound' : 'conv.none')}</p></>} />
        <ul className="chainlist">{query.data?.items.map((item) => <Row key={item.id} item={item} errors={errors?.filter((event) => event.entityId === item.id) ?? []} onDelete={() => setDoomed(item)} />)}</ul>
      </main>
      {doomed && <DeleteConverter item={doomed} onDo={() => remove.mutate(doomed.id)} onClose={() => setDoomed(null)} />}
    </Shell>
  );
}

function Row({ item, errors, onDelete }: { item: ConverterView; errors: readonly EventView[]; onDelete: () => void }) {
  const isUp = item.direction === 'uplink';
  return (
    <li className="chain" data-name={item.name}>
      <Link to={converterPath(item.id)} className="chainlink"><span className="tile" style={{ '--c': `var(--c-${isUp ? 'input' : 'action'})` } as React.CSSProperties}><Icon name={isUp ? 'log-in' : 'log-out'} /></span><span className="nm" dir="auto">{item.name}</span></Link>
      <span className="chips"><span className="chip">{t(`conv.${item.direction}`)}</span>{item.debugUntil > Date.now() && <span className="chip accent">{t('debug.short')}</span>}</span>
      <span className="figures"><span>{item.usedBy.length ? tn('conv.used', item.usedBy.length) : t('conv.unused')}</span><span className={errors.length ? 'bad' : ''} title={errors[0]?.text}>{tn('conv.errors', errors.length)}</span></span>
      <small className="muted when">{moment(item.updatedTs)}</small>
      <button type="button" className="btn ghost icon danger" aria-label={t('delete.what', { name: item.name })} title={t('delete')} onClick={onDelete}><Icon name="trash-2" /></button>
    </li>
  );
}

/** Nothing that is used goes: the names of those who use it stand in the question. */
export function DeleteConverter({ item, onDo, onClose }: { item: ConverterView; onDo: () => void; onClose: () => void }) {
  const isUsed = item.usedBy.length > 0;
  return (
    <Confirm title={t('delete.title', { name: item.name })} text={t(isUsed ? 'conv.delete.used' : 'delete.text')} word={t('delete')} isBlocked={isUsed} onYes={onDo} onClose={onClose}>
      {isUsed && <ul className="usedby">{item.usedBy.map((name) => <li key={name} dir="auto"><Icon name="plug" />{name}</li>)}</ul>}
    </Confirm>
  );
}
