import { useEffect, useId, useState } from 'react';
import * as Tabs from '@radix-ui/react-tabs';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ApiError } from '../core/api';
import { isSame } from '../core/diff';
import { currentLanguage, moment, t } from '../core/i18n';
import type { IntegrationBody, IntegrationStatus, IntegrationView } from '../core/types';
import { Headers, headerFault, HIDDEN, securityOf, TypeForm, type Header } from '../doors/Connection';
import { Endpoint } from '../doors/Endpoint';
import { Events } from '../doors/Events';
import { handOver } from '../doors/handover';
import { FirstMessage } from '../doors/FirstMessage';
import { healthOf, useStatus, useTurned } from '../doors/status';
import { Switch } from '../doors/Switch';
import { sampleFor } from '../doors/trial';
import { Confirm } from '../shell/Confirm';
import { Icon, Tile } from '../shell/Icon';
import { Leave } from '../shell/Leave';
import { Modal } from '../shell/Modal';
import { Preferences } from '../shell/Preferences';
import { Link, Shell } from '../shell/Shell';
import { Gone, Standing } from '../shell/parts';
import { toast } from '../state/editor';
import { chainPath, converterPath, CONVERTERS, go, INTEGRATIONS } from '../state/router';
import type { PageProps } from '../routes';

const DEBUG_MIN = 15;
/** What the form of the type sets, next to links and security. */
const OPTIONS = ['replaceNoContentToOk', 'downlinkMode', 'allDownlinks', 'downlinkTtlMs', 'deadlineMs', 'atomic', 'rateLimit', 'deviceRateLimit', 'metadata'] as const;

/** One integration: where devices send to, its settings, what goes through it. */
export default function IntegrationPage({ id }: PageProps) {
  const query = useQuery({ queryKey: ['integration', id], queryFn: () => api.integration(id), staleTime: Infinity, retry: (count, error) => count < 1 && (error as ApiError).status !== 404 });
  if (!query.data) return <Shell here={INTEGRATIONS} bar={<Crumb name="…" />}><main className="page">{(query.error as ApiError | null)?.status === 404 ? <Gone text={t('int.gone')} to={INTEGRATIONS} all={t('int.all')} /> : <Standing of={query} count={0} empty="" />}</main></Shell>;
  return <Desk key={query.data.id} kept={query.data} />;
}

const Crumb = ({ name }: { name: string }) => <><nav className="crumb" aria-label={t('crumb')}><Link to={INTEGRATIONS}>{t('int.title')}</Link><Icon name="right" /></nav><b className="pagename" dir="auto">{name}</b><span className="grow" /><Preferences /></>;

function Desk({ kept }: { kept: IntegrationView }) {
  const client = useQueryClient();
  const status = useStatus(kept.id)[kept.id] ?? kept;
  const [isDoomed, setDoomed] = useState(false);
  const [isOn, setTurned] = useTurned(status.enabled);
  const health = healthOf({ ...status, enabled: isOn });
  const isDebugged = kept.debugUntil > Date.now();
  useEffect(() => { document.title = `${kept.name} · Tidegate`; }, [kept.name]);
  const put = (now: IntegrationView) => { client.setQueryData(['integration', kept.id], now); void client.invalidateQueries({ queryKey: ['integrations'] }); };
  const attempt = async (work: Promise<IntegrationView>, said: string) => {
    try {
      put(await work);
      toast(said);
    } catch (error) {
      setTurned(null);
      toast((error as ApiError).isOffline ? t('offline') : (error as Error).message, { bad: true });
    }
  };
  const debug = () => void attempt(api.debugIntegration(kept.id, isDebugged ? 0 : DEBUG_MIN), t(isDebugged ? 'debug.off' : 'debug.on'));
  const turn = (on: boolean) => { setTurned(on); void attempt(api.switchIntegration(kept.id, on), t(on ? 'int.turnedOn' : 'int.turnedOff')); };
  const { data: converter } = useQuery({ queryKey: ['converter', kept.uplinkConverterId], queryFn: () => api.converter(kept.uplinkConverterId!), enabled: !!kept.uplinkConverterId });
  const sample = sampleFor(converter);
  return (
    <Shell here={INTEGRATIONS} bar={<Crumb name={kept.name} />}>
      <main className="page">
        <h1 className="sr">{kept.name}</h1>
        <header className="dochead">
          <Tile name="webhook" category="input" />
          <div className="grow"><b className="docname" dir="auto">{kept.name}</b><div className="chips"><span className={`chip health ${health}`}>{t(`int.${health}`)}</span><span className="chip">HTTP</span>{isDebugged && <span className="chip accent">{t('debug.short')}</span>}</div></div>
          <label className="livebox"><input type="checkbox" role="switch" className="sw" checked={isOn} onChange={(event) => turn(event.target.checked)} />{t('int.enabled')}</label>
          <button type="button" className="btn" aria-pressed={isDebugged} onClick={debug}><Icon name="bug" />{t(isDebugged ? 'debug.isOn' : 'events.on')}</button>
          <button type="button" className="btn ghost icon danger" aria-label={t('delete')} title={t('delete')} onClick={() => setDoomed(true)}><Icon name="trash-2" /></button>
        </header>
        <Numbers status={status} />
        <Tabs.Root className="doctabs" defaultValue="settings">
          <div className="tabs"><Tabs.List className="tablist" aria-label={kept.name}><Tabs.Trigger value="settings">{t('int.settings')}</Tabs.Trigger><Tabs.Trigger value="events">{t('events')}</Tabs.Trigger></Tabs.List></div>
          <Tabs.Content value="settings">
            <div className="halves">
              <Settings kept={kept} onKept={put} />
              <aside className="stack">
                <section className="tileset"><Endpoint url={kept.endpointUrl} dataUrl={kept.dataEndpointUrl} headers={Object.keys(kept.security.headers).map((name) => [name, HIDDEN] as const)} sample={{ type: sample.type, text: sample.text }} />{status.enabled && status.uplinks === status.failures && <FirstMessage integration={kept.id} />}</section>
                <Converters kept={kept} />
              </aside>
            </div>
          </Tabs.Content>
          <Tabs.Content value="events"><Events source="integration" entity={kept.id} isKept={isDebugged} onKeep={debug} {...(kept.uplinkConverterId ? { onUse: (event) => { handOver(kept.uplinkConverterId!, event); go(converterPath(kept.uplinkConverterId!)); } } : {})} /></Tabs.Content>
        </Tabs.Root>
        <p className="hint">{t('int.changed', { when: moment(kept.updatedTs), version: kept.version })}</p>
      </main>
      {isDoomed && <DeleteIntegration kept={kept} onClose={() => setDoomed(false)} />}
    </Shell>
  );
}

/** What went through since the server started, and in the last minute. */
function Numbers({ status }: { status: IntegrationStatus }) {
  const number = (value: number) => value.toLocaleString(currentLanguage());
  const cells: [string, number, number, boolean?][] = [
    ['int.uplinks', status.uplinks, status.uplinksPerMinute], ['int.downlinks', status.downlinks, status.downlinksPerMinute], ['int.failures', status.failures, status.failuresPerMinute, status.failuresPerMinute > 0],
  ];
  return <dl className="figs" aria-label={t('int.statistics')}>{cells.map(([word, all, lately, isBad]) => <div key={word} className={isBad ? 'bad' : ''}><dt>{t(word)} <small>{t('int.lately', { n: number(lately) })}</small></dt><dd>{number(all)}</dd></div>)}</dl>;
}

function Converters({ kept }: { kept: IntegrationView }) {
  const { data } = useQuery({ queryKey: ['converters', ''], queryFn: () => api.converters() });
  const parts = [['uplink', kept.uplinkConverterId], ['downlink', kept.downlinkConverterId]] as const;
  return (
    <section className="tileset" aria-labelledby="used">
      <h2 id="used">{t('conv.title')}</h2>
      <ul>{parts.map(([direction, id]) => <li key={direction}><span className="tile" style={{ '--c': `var(--c-${direction === 'uplink' ? 'input' : 'action'})` } as React.CSSProperties}><Icon name={direction === 'uplink' ? 'log-in' : 'log-out'} /></span>{id ? <Link to={converterPath(id)} className="link" dir="auto">{data?.items.find((item) => item.id === id)?.name ?? '…'}</Link> : <span className="muted">{t(`int.no.${direction}`)}</span>}<span className="grow" /><small className="muted">{t(`conv.${direction}`)}</small></li>)}</ul>
      {!kept.downlinkConverterId && <p><Link to={`${CONVERTERS}/new?direction=downlink`} className="link">{t('conv.newDown')}</Link></p>}
    </section>
  );
}

type Form = Pick<IntegrationBody, 'name' | 'allowCreateDevicesOrAssets' | 'uplinkConverterId' | 'downlinkConverterId' | 'ruleChainId'> & { headers: readonly Header[]; options: Readonly<Record<string, unknown>> };

const formOf = (kept: IntegrationView): Form => ({
  name: kept.name, allowCreateDevicesOrAssets: kept.allowCreateDevicesOrAssets, uplinkConverterId: kept.uplinkConverterId, downlinkConverterId: kept.downlinkConverterId, ruleChainId: kept.ruleChainId,
  headers: Object.entries(kept.security.headers), options: Object.fromEntries(OPTIONS.map((key) => [key, kept[key]])),
});

function Settings({ kept: known, onKept }: { kept: IntegrationView; onKept: (now: IntegrationView) => void }) {
  // What was saved here is known a moment later: until then it would pass for changed, and leaving would ask
  const [saved, setSaved] = useState(known);
  const kept = saved.version > known.version ? saved : known;
  const [form, setForm] = useState(() => formOf(kept));
  const [trouble, setTrouble] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [theirs, setTheirs] = useState<IntegrationView | null>(null);
  const { data: converters } = useQuery({ queryKey: ['converters', ''], queryFn: () => api.converters() });
  const { data: chains = [] } = useQuery({ queryKey: ['named', 'rule-chain'], queryFn: () => api.named('rule-chains') });
  const isDirty = !isSame(form, formOf(kept));
  const put = (values: Partial<Form>) => { setTrouble(''); setForm({ ...form, ...values }); };
  const named = (direction: string) => converters?.items.filter((item) => item.direction === direction) ?? [];
  const save = async (isOver = false) => {
    const fault = form.name.trim() ? headerFault(form.headers) : t('conv.needsName');
    if (fault) return setTrouble(fault);
    setBusy(true);
    try {
      const { headers, options, ...rest } = form;
      const now = await api.saveIntegration(kept.id, { ...rest, ...options, name: form.name.trim(), type: kept.type, enabled: kept.enabled, routingKey: kept.routingKey, security: securityOf(headers) }, isOver ? undefined : kept.version);
      toast(t('saved'));
      setForm(formOf(now));
      setSaved(now);
      onKept(now);
    } catch (error) {
      const cause = error as ApiError;
      if (cause.status === 412 && cause.current) setTheirs(cause.current as IntegrationView);
      else setTrouble(cause.isOffline ? t('offline') : `${cause.message}${cause.errors[0]?.place ? ` (${cause.errors[0].place})` : ''}`);
    }
    setBusy(false);
  };
  return (
    <form className="tileset stack" aria-label={t('int.settings')} onSubmit={(event) => { event.preventDefault(); void save(); }}>
      <Field label={t('name')}>{(id) => <input id={id} className="inp" dir="auto" maxLength={255} value={form.name} onChange={(event) => put({ name: event.target.value })} />}</Field>
      <Choice label={t('wiz.uplink')} none={t('int.no.uplink')} value={form.uplinkConverterId} items={named('uplink')} onChange={(id) => put({ uplinkConverterId: id })} />
      <Choice label={t('wiz.downlink')} none={t('int.no.downlink')} value={form.downlinkConverterId} items={named('downlink')} onChange={(id) => put({ downlinkConverterId: id })} />
      <Choice label={t('int.chain')} none={t('int.rootChain')} value={form.ruleChainId} items={chains} onChange={(id) => put({ ruleChainId: id })} />
      {form.ruleChainId && <Link to={chainPath(form.ruleChainId)} className="link">{t('field.openChain')}</Link>}
      <Switch word="int.allowCreate" hint="int.allowCreate.hint" isOn={form.allowCreateDevicesOrAssets} onTurn={(isOn) => put({ allowCreateDevicesOrAssets: isOn })} />
      <Headers headers={form.headers} onHeaders={(headers) => put({ headers })} />
      <TypeForm options={form.options} onOption={(key, value) => put({ options: { ...form.options, [key]: value } })} />
      {trouble && <div className="outcome bad" role="alert"><Icon name="error" /><p dir="auto">{trouble}</p></div>}
      <div className="acts"><button type="button" className="btn" disabled={!isDirty || isBusy} onClick={() => { setForm(formOf(kept)); setTrouble(''); }}>{t('undoAll')}</button><button type="submit" className="btn primary" disabled={!isDirty || isBusy}><Icon name="save" />{t('save')}</button></div>
      <Leave when={isDirty && !isBusy} title={t('leave.title')} text={t('leave.text')} />
      {theirs && <Modal title={t('stale.title')} text={t('stale.text')} onClose={() => setTheirs(null)}>
        <div className="acts"><button type="button" className="btn" onClick={() => { setTheirs(null); setForm(formOf(theirs)); onKept(theirs); }}>{t('stale.theirs')}</button><button type="button" className="btn primary" onClick={() => { setTheirs(null); void save(true); }}>{t('stale.mine')}</button></div>
      </Modal>}
    </form>
  );
}

function Field({ label, children }: { label: string; children: (id: string) => React.ReactNode }) {
  const id = useId();
  return <div className="f"><label htmlFor={id}>{label}</label>{children(id)}</div>;
}

function Choice({ label, none, value, items, onChange }: { label: string; none: string; value: string | null; items: readonly { id: string; name: string }[]; onChange: (id: string | null) => void }) {
  return <Field label={label}>{(id) => <select id={id} className="inp" value={value ?? ''} onChange={(event) => onChange(event.target.value || null)}><option value="">{none}</option>{value && !items.some((item) => item.id === value) && <option value={value}>…</option>}{items.map((item) => <option key={item.id} value={item.id}>{item.name}</option>)}</select>}</Field>;
}

/** Says first which rule chains would miss it. */
function DeleteIntegration({ kept, onClose }: { kept: IntegrationView; onClose: () => void }) {
  const client = useQueryClient();
  const { data: users, isError } = useQuery({ queryKey: ['usage', kept.id], queryFn: () => api.integrationUsage(kept.id), gcTime: 0 });
  const remove = async () => {
    try {
      await api.deleteIntegration(kept.id);
      await client.invalidateQueries({ queryKey: ['integrations'] });
      go(INTEGRATIONS);
    } catch (error) {
      toast((error as ApiError).isOffline ? t('offline') : (error as Error).message, { bad: true });
    }
  };
  return (
    <Confirm title={t('delete.title', { name: kept.name })} text={t('int.delete.text')} word={t('delete')} isBlocked={!users && !isError} onYes={() => void remove()} onClose={onClose}>
      {!!users?.length && <><p className="bad">{t('int.delete.used')}</p><ul className="usedby">{users.map((chain) => <li key={chain.id}><Icon name="workflow" /><Link to={chainPath(chain.id)} className="link" dir="auto">{chain.name}</Link></li>)}</ul></>}
    </Confirm>
  );
}
