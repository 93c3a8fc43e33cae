import { useEffect, useRef, useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../core/api';
import { readClip } from '../core/clipboard';
import { moment, t, tn } from '../core/i18n';
import type { ChainSummary } from '../core/types';
import { Icon, Tile } from '../shell/Icon';
import { MenuButton } from '../shell/MenuButton';
import { Modal } from '../shell/Modal';
import { Preferences } from '../shell/Preferences';
import { Link, Shell } from '../shell/Shell';
import { toast } from '../state/editor';
import { CHAINS, chainPath, go } from '../state/router';

const failed = (error: unknown) => toast(String((error as Error).message) || t('offline'), { bad: true });

/** All rule chains, and the ways to a new one. */
export default function ChainsPage() {
  const [query, setQuery] = useState('');
  const [doomed, setDoomed] = useState<ChainSummary | null>(null);
  const client = useQueryClient();
  const { data, isPending, isError, refetch } = useQuery({ queryKey: ['chains', query], queryFn: () => api.chains(query), refetchInterval: 5000, placeholderData: (old) => old });
  useEffect(() => { document.title = `${t('chains.title')} · Tidegate`; });
  const again = () => client.invalidateQueries({ queryKey: ['chains'] });
  const remove = useMutation({ mutationFn: api.deleteChain, onSuccess: again, onError: failed });
  const root = useMutation({ mutationFn: api.makeRoot, onSuccess: again, onError: failed });
  const copy = useMutation({
    mutationFn: async (chain: ChainSummary) => { const { nodes, edges, entry, groups, notes, scenarios } = await api.chain(chain.id); return api.createChain({ name: t('chains.copyOf', { name: chain.name }), nodes, edges, entry, groups, notes, scenarios }); },
    onSuccess: again, onError: failed,
  });
  return (
    <Shell here={CHAINS} bar={<><b className="pagename">{t('chains.title')}</b><span className="grow" /><Preferences /></>}>
      <main className="page">
        <h1 className="sr">{t('chains.title')}</h1>
        <New />
        <div className="listhead"><div className="find"><Icon name="search" /><input className="inp" type="search" aria-label={t('chains.search')} placeholder={t('chains.search')} value={query} onChange={(event) => setQuery(event.target.value)} /></div></div>
        {isPending && <p className="hint">{t('chains.loading')}</p>}
        {isError && <p className="hint">{t('offline')} <button type="button" className="link" onClick={() => void refetch()}>{t('retry')}</button></p>}
        {data && !data.items.length && <p className="hint">{t('chains.none')}</p>}
        <ul className="chainlist">{data?.items.map((chain) => (
          <li key={chain.id} className="chain" data-name={chain.name}>
            <Link to={chainPath(chain.id)} className="chainlink"><Tile name="workflow" category="transform" /><span className="nm" dir="auto">{chain.name}</span></Link>
            <span className="chips">{chain.root && <span className="chip accent">{t('chains.root')}</span>}<span className="chip">v{chain.version}</span>{!chain.activeVersion ? <span className="chip">{t('chains.notRunning')}</span> : chain.activeVersion === chain.version ? <span className="chip live">{t('state.live')}</span> : <span className="chip live">{t('state.running', { version: chain.activeVersion })}</span>}</span>
            <span className="figures"><span>{tn('chains.nodes', chain.nodes)}</span><span>{tn('chains.seen', chain.seen)}</span><span className={chain.failed ? 'bad' : ''}>{tn('chains.failed', chain.failed)}</span></span>
            <small className="muted when">{moment(chain.updatedTs)}</small>
            <MenuButton className="btn ghost icon" aria-label={t('chains.actions', { name: chain.name })} face={<Icon name="down" />}>
              {(Menu) => <>
                <Menu.Item className="row" disabled={chain.root || !chain.activeVersion} onSelect={() => root.mutate(chain.id)}><Icon name="flag" />{t('chains.makeRoot')}</Menu.Item>
                <Menu.Item className="row" onSelect={() => copy.mutate(chain)}><Icon name="files" />{t('chains.duplicate')}</Menu.Item>
                <Menu.Separator asChild><hr /></Menu.Separator>
                <Menu.Item className="row danger" disabled={chain.root} onSelect={() => setDoomed(chain)}><Icon name="trash-2" />{t('chains.delete')}</Menu.Item>
              </>}
            </MenuButton>
          </li>
        ))}</ul>
      </main>
      {doomed && <Modal title={t('chains.delete.title', { name: doomed.name })} text={t('chains.delete.text')} onClose={() => setDoomed(null)}>
        <div className="acts"><button type="button" className="btn" onClick={() => setDoomed(null)}>{t('cancel')}</button><button type="button" className="btn primary bad" onClick={() => { remove.mutate(doomed.id); setDoomed(null); }}>{t('delete')}</button></div>
      </Modal>}
    </Shell>
  );
}

/** Three ways to a new chain. */
function New() {
  const file = useRef<HTMLInputElement>(null);
  const { data: templates = [] } = useQuery({ queryKey: ['templates'], queryFn: api.templates, staleTime: Infinity });
  const create = useMutation({ mutationFn: api.createChain, onSuccess: (chain) => go(chainPath(chain.id)), onError: failed });
  const read = async (chosen: File) => {
    const text = await chosen.text();
    if (!readClip(text)) return toast(t('import.bad'), { bad: true });
    const { name, entry, nodes, edges, groups, notes, scenarios } = JSON.parse(text) as Record<string, unknown>;
    const parts = Object.entries({ name, entry, nodes, edges, groups, notes, scenarios }).filter(([, value]) => value !== undefined);
    create.mutate(Object.fromEntries(parts));
  };
  return (
    <section className="ways" aria-label={t('chains.new')}>
      <button type="button" className="way" onClick={() => create.mutate({})}><span className="tile big"><Icon name="plus" /></span><b>{t('chains.empty')}</b><small>{t('chains.empty.text')}</small></button>
      {templates.map((template) => <button key={template.template} type="button" className="way" onClick={() => create.mutate({ template: template.template })}><span className="tile big"><Icon name="workflow" /></span><b>{template.name}</b><small>{t('chains.template')} · {tn('chains.nodes', template.nodes)}</small></button>)}
      <button type="button" className="way" onClick={() => file.current?.click()}><span className="tile big"><Icon name="import" /></span><b>{t('import')}</b><small>{t('chains.import.text')}</small></button>
      <input ref={file} type="file" accept="application/json,.json" hidden aria-label={t('import.chain')} onChange={(event) => { const chosen = event.target.files?.[0]; event.target.value = ''; if (chosen) void read(chosen); }} />
    </section>
  );
}
