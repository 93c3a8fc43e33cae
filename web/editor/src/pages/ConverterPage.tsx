import { useCallback, useEffect, useRef, useState } from 'react';
import * as Tabs from '@radix-ui/react-tabs';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ApiError } from '../core/api';
import { t } from '../core/i18n';
import type { Direction } from '../core/templates';
import type { ConverterView, EventView, SamplePayload } from '../core/types';
import { Events } from '../doors/Events';
import { carriedTo, putDown } from '../doors/handover';
import { firstSamples, keptSample, newBench, ofSample, type Bench, type Outcome } from '../doors/trial';
import { benchOf, Workbench } from '../doors/Workbench';
import { Icon } from '../shell/Icon';
import { Leave } from '../shell/Leave';
import { Modal } from '../shell/Modal';
import { Preferences } from '../shell/Preferences';
import { Link, Shell } from '../shell/Shell';
import { Gone, Standing } from '../shell/parts';
import { toast } from '../state/editor';
import { converterPath, CONVERTERS, go, integrationPath } from '../state/router';
import type { PageProps } from '../routes';
import { DeleteConverter } from './ConvertersPage';

const DEBUG_MIN = 15;

/** One converter: its script with the test beside it, and what went through it. */
export default function ConverterPage({ id }: PageProps) {
  const isNew = id === 'new';
  const query = useQuery({ queryKey: ['converter', id], queryFn: () => api.converter(id), enabled: !isNew, staleTime: Infinity, retry: (count, error) => count < 1 && (error as ApiError).status !== 404 });
  if (isNew) {
    const direction: Direction = new URLSearchParams(location.search).get('direction') === 'downlink' ? 'downlink' : 'uplink';
    return <Desk key={direction} direction={direction} />;
  }
  if (!query.data) return <Shell here={CONVERTERS} bar={<Crumb name="…" />}><main className="page">{(query.error as ApiError | null)?.status === 404 ? <Gone text={t('conv.gone')} to={CONVERTERS} all={t('conv.all')} /> : <Standing of={query} count={0} empty="" />}</main></Shell>;
  return <Desk key={id} kept={query.data} direction={query.data.direction} />;
}

const Crumb = ({ name }: { name: string }) => <><nav className="crumb" aria-label={t('crumb')}><Link to={CONVERTERS}>{t('conv.title')}</Link><Icon name="right" /></nav><b className="pagename" dir="auto">{name}</b><span className="grow" /><Preferences /></>;

function startingBench(kept: ConverterView | undefined, direction: Direction): Bench {
  const fresh = newBench(direction);
  if (!kept) return fresh;
  const seen = carriedTo(kept.id);
  return { ...fresh, ...(seen ? benchOf(seen, direction) : kept.samples[0] ? ofSample(kept.samples[0]) : {}), script: kept.script };
}

function Desk({ kept: first, direction }: { kept?: ConverterView; direction: Direction }) {
  const client = useQueryClient();
  const [kept, setKept] = useState(first);
  const [name, setName] = useState(first?.name ?? '');
  const [bench, setBench] = useState(() => startingBench(first, direction));
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [isSaving, setSaving] = useState(false);
  const [tab, setTab] = useState('script');
  const [isDoomed, setDoomed] = useState(false);
  const [theirs, setTheirs] = useState<ConverterView | null>(null);
  const nameField = useRef<HTMLInputElement>(null);
  const isDirty = kept ? kept.name !== name || kept.script !== bench.script : name !== '' || bench.script !== newBench(direction, bench.type).script;
  useEffect(() => { document.title = `${name || t('conv.new')} · Tidegate`; }, [name]);
  useEffect(putDown, []);

  const save = useCallback(async (samples?: SamplePayload[], over = false) => {
    if (!name.trim()) {
      nameField.current?.focus();
      return toast(t('conv.needsName'), { bad: true });
    }
    setSaving(true);
    try {
      const body = { name: name.trim(), direction, language: 'python' as const, script: bench.script, ...(samples ? { samples } : kept ? {} : { samples: firstSamples(direction, bench) }) };
      const now = kept ? await api.saveConverter(kept.id, body, over ? undefined : kept.version) : await api.createConverter(body);
      client.setQueryData(['converter', now.id], now);
      void client.invalidateQueries({ queryKey: ['converters'] });
      setKept(now);
      toast(t('saved'));
      if (!kept) setTimeout(() => go(converterPath(now.id), true));
    } catch (error) {
      const fault = error as ApiError;
      if (fault.status === 412 && fault.current) setTheirs(fault.current as ConverterView);
      else toast(fault.isOffline ? t('offline') : `${fault.errors[0]?.line ? `${t('bench.line', { line: fault.errors[0].line })}: ` : ''}${fault.message}`, { bad: true });
    }
    setSaving(false);
  }, [bench, client, direction, kept, name]);

  useEffect(() => {
    const key = (event: KeyboardEvent) => { if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 's') { event.preventDefault(); void save(); } };
    addEventListener('keydown', key);
    return () => removeEventListener('keydown', key);
  }, [save]);

  const samples = kept?.samples ?? [];
  const without = (sample: string) => samples.filter((item) => item.name !== sample);
  const keepSample = (sample: string) => {
    try {
      void save([...without(sample), keptSample(sample, direction, bench)]);
    } catch {
      toast(t('bench.notKept'), { bad: true });
    }
  };
  const use = (event: EventView) => { setBench({ script: bench.script, ...benchOf(event, direction) }); setOutcome(null); setTab('script'); };
  const isDebugged = (kept?.debugUntil ?? 0) > Date.now();
  const debug = async () => {
    const now = await api.debugConverter(kept!.id, isDebugged ? 0 : DEBUG_MIN);
    setKept(now);
    client.setQueryData(['converter', now.id], now);
    toast(t(isDebugged ? 'debug.off' : 'debug.on'));
  };
  const remove = async () => {
    try {
      await api.deleteConverter(kept!.id);
      await client.invalidateQueries({ queryKey: ['converters'] });
      go(CONVERTERS);
    } catch (error) {
      toast((error as Error).message, { bad: true });
    }
  };
  const takeTheirs = () => { setKept(theirs!); setName(theirs!.name); setBench({ ...bench, script: theirs!.script }); setTheirs(null); };
  return (
    <Shell here={CONVERTERS} bar={<Crumb name={name || t('conv.new')} />}>
      <main className="page full">
        <h1 className="sr">{name || t('conv.new')}</h1>
        <header className="dochead">
          <span className="tile big" style={{ '--c': `var(--c-${direction === 'uplink' ? 'input' : 'action'})` } as React.CSSProperties}><Icon name={direction === 'uplink' ? 'log-in' : 'log-out'} /></span>
          <div className="grow"><input ref={nameField} className="inp docname" aria-label={t('conv.name')} placeholder={t('conv.name')} dir="auto" maxLength={255} autoFocus={!kept} value={name} onChange={(event) => setName(event.target.value)} />
            <div className="chips"><span className="chip">{t(`conv.${direction}`)}</span>{kept && <span className="chip">v{kept.version}</span>}{isDirty && <span className="chip draft">{t('unsaved')}</span>}<UsedBy names={kept?.usedBy ?? []} /></div></div>
          {kept && <button type="button" className="btn ghost icon danger" aria-label={t('delete')} title={t('delete')} onClick={() => setDoomed(true)}><Icon name="trash-2" /></button>}
          <button type="button" className="btn primary" disabled={isSaving || (!!kept && !isDirty)} onClick={() => void save()}><Icon name="save" />{t('save')}<kbd aria-hidden="true">Ctrl S</kbd></button>
        </header>
        <Tabs.Root className="doctabs" value={tab} onValueChange={setTab}>
          {kept && <div className="tabs"><Tabs.List className="tablist" aria-label={name}><Tabs.Trigger value="script">{t('conv.test')}</Tabs.Trigger><Tabs.Trigger value="events">{t('events')}</Tabs.Trigger></Tabs.List></div>}
          <Tabs.Content value="script" forceMount hidden={tab !== 'script'}>
            <Workbench direction={direction} bench={bench} onBench={setBench} outcome={outcome} onOutcome={setOutcome} {...(kept ? { converter: kept.id } : {})} samples={samples}
              {...(kept ? { onKeep: keepSample, onDrop: (sample: string) => void save(without(sample)) } : {})} />
          </Tabs.Content>
          {kept && <Tabs.Content value="events"><Events source="converter" entity={kept.id} isKept={isDebugged} onKeep={() => void debug()} onUse={use} /></Tabs.Content>}
        </Tabs.Root>
      </main>
      <Leave when={isDirty && !isSaving} title={t('leave.title')} text={t('leave.text')} />
      {isDoomed && kept && <DeleteConverter item={kept} onDo={() => void remove()} onClose={() => setDoomed(false)} />}
      {theirs && <Modal title={t('stale.title')} text={t('stale.text')} onClose={() => setTheirs(null)}>
        <div className="acts"><button type="button" className="btn" onClick={takeTheirs}>{t('stale.theirs')}</button><button type="button" className="btn primary" onClick={() => { setTheirs(null); void save(undefined, true); }}>{t('stale.mine')}</button></div>
      </Modal>}
    </Shell>
  );
}

function UsedBy({ names }: { names: readonly string[] }) {
  const { data } = useQuery({ queryKey: ['named', 'integration'], queryFn: () => api.named('integrations'), enabled: names.length > 0 });
  return names.map((name) => {
    const found = data?.find((item) => item.name === name);
    return found ? <Link key={name} to={integrationPath(found.id)} className="chip accent"><Icon name="plug" /><bdi>{name}</bdi></Link> : <span key={name} className="chip"><bdi>{name}</bdi></span>;
  });
}
