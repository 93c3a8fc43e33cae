import { useId, useMemo, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { api } from '../core/api';
import { parseCurl } from '../core/curl';
import { clock, t } from '../core/i18n';
import { CONTENT_TYPES, ofEvent, pretty, isJson, type ContentType } from '../core/payload';
import { pathsOf } from '../core/paths';
import { isUntouched, template, type Direction } from '../core/templates';
import type { EventView, SamplePayload } from '../core/types';
import { CodeField } from '../panel/CodeField';
import { Icon } from '../shell/Icon';
import { Modal } from '../shell/Modal';
import { toast } from '../state/editor';
import { Output } from './Output';
import { ofSample, runTrial, type Bench, type Outcome } from './trial';

const RECENT = '8';
const HEADS = { uplink: 'def uplink(payload, metadata):', downlink: 'def downlink(msg, metadata, msgType, integrationMetadata):' };

interface WorkbenchProps {
  direction: Direction;
  bench: Bench;
  onBench: (bench: Bench) => void;
  outcome: Outcome | null;
  onOutcome: (outcome: Outcome) => void;
  /** A converter that is kept: its last real payloads can be tried. */
  converter?: string;
  samples?: readonly SamplePayload[];
  /** Keep what is in the column under a name, or drop what is kept so. */
  onKeep?: (name: string) => void;
  onDrop?: (name: string) => void;
}

/** Three columns: what goes in, the script, what comes out. Ctrl+Enter runs it. */
export function Workbench({ direction, bench, onBench, outcome, onOutcome, converter, samples = [], onKeep, onDrop }: WorkbenchProps) {
  const [isRunning, setRunning] = useState(false);
  const run = async () => {
    setRunning(true);
    onOutcome(await runTrial(direction, bench));
    setRunning(false);
  };
  const error = outcome?.bench.script === bench.script ? outcome.result?.error : undefined;
  const fault = useMemo(() => (error?.line ? { message: error.message, line: error.line, column: error.column ?? 1 } : null), [error]);
  const paths = () => (direction === 'uplink' ? [{ path: 'payload', sample: undefined }, { path: 'metadata', sample: undefined }, ...pathsOf(parsed(bench.metadata), 'metadata')] : pathsOf(parsed(bench.text), '').map((item) => ({ ...item, path: item.path.replace(/^\./, '') })));
  return (
    <div className="bench" onKeyDown={(event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); void run(); } }}>
      <Input direction={direction} bench={bench} onBench={onBench} converter={converter} samples={samples} onKeep={onKeep} onDrop={onDrop} />
      <section aria-label={t('bench.script')}>
        <h3>{t('bench.script')}</h3>
        <CodeField value={bench.script} language="python" purpose={direction} head={HEADS[direction]} label={t('bench.script')} fault={fault} onChange={(script) => onBench({ ...bench, script })} paths={paths} canGrow />
        {!bench.script.trim() && <p className="hint">{t('bench.empty')}</p>}
      </section>
      <section aria-label={t('bench.output')}>
        <div className="colhead"><h3>{t('bench.output')}</h3><span className="grow" /><button type="button" className="btn primary sm" disabled={isRunning} onClick={() => void run()}><Icon name="play" />{t(isRunning ? 'test.running' : 'bench.run')}<kbd aria-hidden="true">Ctrl ↵</kbd></button></div>
        <div aria-live="polite">{outcome ? <Output outcome={outcome} /> : <p className="hint">{t('bench.hint')}</p>}</div>
      </section>
    </div>
  );
}

type InputProps = Pick<WorkbenchProps, 'direction' | 'bench' | 'onBench'> & { converter: string | undefined; samples: readonly SamplePayload[]; onKeep: WorkbenchProps['onKeep']; onDrop: WorkbenchProps['onDrop'] };

/** Where the payload comes from, the payload, and its metadata. */
function Input({ direction, bench, onBench, converter, samples, onKeep, onDrop }: InputProps) {
  const id = useId();
  const [ask, setAsk] = useState<'curl' | 'keep' | null>(null);
  const [from, setFrom] = useState(() => { const at = samples.findIndex((sample) => ofSample(sample).text === bench.text); return at < 0 ? 'template' : `sample ${at}`; });
  const { data: real = [] } = useQuery({
    queryKey: ['last-in', converter], enabled: !!converter, refetchInterval: 5000,
    queryFn: async () => (await api.eventPage({ source: 'converter', entity: converter!, limit: RECENT, q: '' })).items.filter((event) => event.kind === 'In'),
  });
  const chosen = from.startsWith('sample ') ? samples[Number(from.slice(7))] : undefined;
  const take = (key: string) => {
    setFrom(key);
    const [kind, at] = key.split(' ');
    if (kind === 'template') onBench({ ...bench, text: template(direction, bench.type).sample });
    if (kind === 'sample' && samples[Number(at)]) onBench({ script: bench.script, ...ofSample(samples[Number(at)]!) });
    const event = real.find((item) => item.id === at);
    if (kind === 'event' && event) onBench({ script: bench.script, ...benchOf(event, direction) });
  };
  const changeType = (type: ContentType) => {
    const old = template(direction, bench.type);
    const fresh = template(direction, type);
    onBench({ ...bench, type, ...(bench.text === old.sample ? { text: fresh.sample } : {}), ...(isUntouched(bench.script) ? { script: fresh.script } : {}) });
  };
  return (
    <section aria-label={t(`bench.in.${direction}`)}>
      <h3>{t(`bench.in.${direction}`)}</h3>
      <div className="from">
        <select className="inp" aria-label={t('bench.from')} value={from} onChange={(event) => take(event.target.value)}>
          <option value="template">{t('bench.template')}</option>
          {samples.length > 0 && <optgroup label={t('bench.samples')}>{samples.map((sample, at) => <option key={sample.name} value={`sample ${at}`}>{sample.name}</option>)}</optgroup>}
          {real.length > 0 && <optgroup label={t('bench.real')}>{real.map((event) => <option key={event.id} value={`event ${event.id}`}>{clock(event.ts)} · {event.payload.slice(0, 40)}</option>)}</optgroup>}
        </select>
        {direction === 'uplink' && <button type="button" className="btn sm" onClick={() => setAsk('curl')}><Icon name="code" />{t('bench.curl')}</button>}
        {onKeep && <button type="button" className="btn sm" onClick={() => setAsk('keep')}><Icon name="save" />{t('bench.keep')}</button>}
        {onDrop && chosen && <button type="button" className="btn sm ghost icon danger" aria-label={t('bench.drop')} title={t('bench.drop')} onClick={() => { onDrop(chosen.name); setFrom('template'); }}><Icon name="trash-2" /></button>}
      </div>
      {direction === 'uplink' && (
        <div className="seg" role="radiogroup" aria-label={t('bench.type')}>{CONTENT_TYPES.map((type) => <button key={type} type="button" role="radio" aria-checked={bench.type === type} onClick={() => changeType(type)}>{t(`bench.type.${type}`)}</button>)}</div>
      )}
      {bench.type === 'JSON'
        ? <CodeField value={bench.text} language="json" head={direction === 'uplink' ? 'payload' : 'msg, metadata, msgType, integrationMetadata'} label={t(`bench.in.${direction}`)} onChange={(text) => onBench({ ...bench, text })} />
        : <textarea className="inp mono" rows={8} dir="ltr" spellCheck={false} aria-label={t(`bench.in.${direction}`)} aria-describedby={`${id}-hint`} value={bench.text} onChange={(event) => onBench({ ...bench, text: event.target.value })} />}
      {bench.type === 'BINARY' && <p className="hint" id={`${id}-hint`}>{t('bench.hexHint')}</p>}
      {direction === 'uplink' && <details><summary>{t('bench.metadata')}</summary><CodeField value={bench.metadata} language="json" head="metadata" label={t('bench.metadata')} onChange={(metadata) => onBench({ ...bench, metadata })} /></details>}
      {ask === 'curl' && <Curl onClose={() => setAsk(null)} onTake={(part) => { setFrom('template'); onBench({ script: bench.script, ...part }); setAsk(null); }} />}
      {ask === 'keep' && <Keep onClose={() => setAsk(null)} onKeep={(name) => { onKeep?.(name); setAsk(null); }} />}
    </section>
  );
}

function Curl({ onTake, onClose }: { onTake: (part: Omit<Bench, 'script'>) => void; onClose: () => void }) {
  const [line, setLine] = useState('');
  const id = useId();
  const take = () => {
    const found = parseCurl(line);
    if (!found) return toast(t('bench.noCurl'), { bad: true });
    const type = isJson(found.body) ? 'JSON' : 'TEXT';
    const metadata = Object.fromEntries(Object.entries(found.headers).map(([name, value]) => [`Header:${name.toLowerCase()}`, value]));
    onTake({ type, text: type === 'JSON' ? pretty(found.body) : found.body, metadata: JSON.stringify(metadata, null, 2) });
  };
  return (
    <Modal title={t('bench.curl')} text={t('bench.curl.text')} wide onClose={onClose}>
      <div className="f"><label htmlFor={id}>curl</label><textarea id={id} className="inp mono" rows={6} dir="ltr" spellCheck={false} autoFocus value={line} onChange={(event) => setLine(event.target.value)} /></div>
      <div className="acts"><button type="button" className="btn" onClick={onClose}>{t('cancel')}</button><button type="button" className="btn primary" disabled={!line.trim()} onClick={take}>{t('bench.curl.take')}</button></div>
    </Modal>
  );
}

function Keep({ onKeep, onClose }: { onKeep: (name: string) => void; onClose: () => void }) {
  const [name, setName] = useState('');
  const id = useId();
  return (
    <Modal title={t('bench.keep')} onClose={onClose}>
      <form onSubmit={(event) => { event.preventDefault(); if (name.trim()) onKeep(name.trim()); }}>
        <div className="f"><label htmlFor={id}>{t('name')}</label><input id={id} className="inp" maxLength={255} autoFocus dir="auto" value={name} onChange={(event) => setName(event.target.value)} /></div>
        <div className="acts"><button type="button" className="btn" onClick={onClose}>{t('cancel')}</button><button type="submit" className="btn primary" disabled={!name.trim()}>{t('bench.keep')}</button></div>
      </form>
    </Modal>
  );
}

/** What came in once more as what to try. */
export function benchOf(event: EventView, direction: Direction): Omit<Bench, 'script'> {
  if (direction === 'uplink') return { ...ofEvent(event.payload), metadata: JSON.stringify(event.metadata, null, 2) };
  const msg = parsed(event.payload);
  return { type: 'JSON', text: JSON.stringify({ msgType: 'ATTRIBUTES_UPDATED', msg, metadata: event.metadata, integrationMetadata: {} }, null, 2), metadata: '{}' };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
