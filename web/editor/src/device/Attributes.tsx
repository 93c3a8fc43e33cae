import { useEffect, useRef, useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { house, SCOPES, type Latest, type Scope } from '../core/house';
import { t } from '../core/i18n';
import { kindOf, KINDS, readAs, written, type Kind } from '../core/shown';
import { socket } from '../core/socket';
import { Confirm } from '../shell/Confirm';
import { Icon } from '../shell/Icon';
import { Age, Copy, failed, reason, Segments, Standing, useNow } from '../shell/parts';
import type { DeviceProps } from '../pages/DevicePage';
import { Value } from './Telemetry';
import { fateOf, type Fate } from './fate';

/** What is known of the device, in three scopes; people write the shared and the server ones. */
export function Attributes({ device, onTab }: DeviceProps) {
  const [scope, setScope] = useState<Scope>('shared');
  const [isJson, setJson] = useState(false);
  const [edited, setEdited] = useState<string | null>(null);
  const [doomed, setDoomed] = useState<string | null>(null);
  const [fate, setFate] = useState<{ key: string; was: Fate } | null>(null);
  const attempt = useRef(0);
  const client = useQueryClient();
  const now = useNow(1000);
  const key = ['attributes', device.id, scope];
  const found = useQuery({ queryKey: key, queryFn: () => house.attributes(device.id, scope) });
  useEffect(() => socket.follow('device.attributes', { device: device.id }, (data) => {
    for (const [name, values] of Object.entries(data as Record<Scope, Latest>)) client.setQueryData(['attributes', device.id, name], values);
  }), [client, device.id]);
  const isOurs = scope !== 'client';
  const save = async (name: string, value: unknown) => {
    const mine = ++attempt.current;
    const before = new Set((await house.downlinks(device.id, '', null, 200)).items.map((row) => row.id));
    const saved = await house.saveAttributes(device.id, scope, { [name]: value });
    client.setQueryData<Latest>(key, (old) => ({ ...old, ...saved }));
    setEdited(null);
    if (scope !== 'shared') return;
    setFate({ key: name, was: 'asked' });
    const was = await fateOf(device.id, before);
    if (attempt.current === mine) setFate({ key: name, was });
  };
  const remove = (name: string) => void house.deleteAttribute(device.id, scope, name).then(() => client.setQueryData<Latest>(key, (old) => Object.fromEntries(Object.entries(old ?? {}).filter(([other]) => other !== name)))).catch(failed);
  const rows = Object.entries(found.data ?? {}).sort(([a], [b]) => a.localeCompare(b));
  const json = JSON.stringify(Object.fromEntries(rows.map(([name, stamped]) => [name, stamped.value])), null, 2);
  return (
    <>
      <div className="listhead"><Segments label={t('attr.scope')} options={SCOPES.map((name) => [name, t(`attr.${name}`)] as const)} value={scope} onChoose={(next) => { setScope(next); setEdited(null); setFate(null); }} /><span className="grow" />
        <button type="button" className="btn sm" aria-pressed={isJson} onClick={() => setJson(!isJson)}><Icon name="code" />JSON</button></div>
      <p className="hint lead">{t(`attr.${scope}.hint`)}</p>
      <Notice fate={fate} onTab={onTab} />
      {isOurs && <Adder key={scope} taken={rows.map(([name]) => name)} onSave={save} />}
      <Standing of={found} count={rows.length} empty={<p>{t('attr.none')}</p>} />
      {rows.length > 0 && isJson && <div className="jsonview"><Copy text={json} label={t('attr.copy')} /><pre dir="ltr" data-testid="json">{json}</pre></div>}
      {rows.length > 0 && !isJson && (
        <div className="sheet"><table className="grid">
          <thead><tr><th scope="col">{t('field.key')}</th><th scope="col">{t('field.value')}</th><th scope="col">{t('attr.set')}</th><th scope="col"><span className="sr">{t('outline.actions')}</span></th></tr></thead>
          <tbody>{rows.map(([name, stamped]) => (
            <tr key={name} data-key={name}>
              <th scope="row" dir="auto"><span className="clip">{name}</span></th>
              <td data-label={t('field.value')}>{edited === name ? <Editor name={name} value={stamped.value} onSave={(value) => save(name, value)} onClose={() => setEdited(null)} /> : <Value value={stamped.value} />}</td>
              <td data-label={t('attr.set')} className="num"><Age ts={stamped.ts} now={now} /></td>
              <td className="acts">{isOurs && edited !== name && <><button type="button" className="btn sm ghost icon" aria-label={t('attr.edit', { key: name })} onClick={() => setEdited(name)}><Icon name="pen-line" /></button><button type="button" className="btn sm ghost icon danger" aria-label={t('attr.delete', { key: name })} onClick={() => setDoomed(name)}><Icon name="trash-2" /></button></>}</td>
            </tr>
          ))}</tbody>
        </table></div>
      )}
      {doomed !== null && <Confirm title={t('attr.delete.title', { key: doomed })} text={t('attr.delete.text')} word={t('delete')} onYes={() => remove(doomed)} onClose={() => setDoomed(null)} />}
    </>
  );
}

/** Where a shared attribute went after it was saved. */
function Notice({ fate, onTab }: { fate: { key: string; was: Fate } | null; onTab: DeviceProps['onTab'] }) {
  return (
    <div role="status" className="fate-row">
      {fate && <p className={`fate ${fate.was}`} data-testid="fate"><Icon name={fate.was === 'none' ? 'info' : 'check'} /><span>{t(`attr.fate.${fate.was}`, { key: fate.key })}</span>
        {fate.was !== 'asked' && fate.was !== 'none' && <button type="button" className="link" onClick={() => onTab('downlinks')}>{t('attr.fate.show')}</button>}</p>}
    </div>
  );
}

interface FieldsProps {
  kind: Kind;
  text: string;
  label: string;
  hint?: string;
  onKind: (kind: Kind) => void;
  onText: (text: string) => void;
}

/** The kind of a value and the value. */
function Fields({ kind, text, label, hint, onKind, onText }: FieldsProps) {
  const about = { className: 'inp', 'aria-label': label, placeholder: hint, dir: 'auto' as const, value: text };
  return (
    <>
      <select className="inp kind" aria-label={t('attr.kind')} value={kind} onChange={(event) => onKind(event.target.value as Kind)}>{KINDS.map((name) => <option key={name} value={name}>{t(`attr.kind.${name}`)}</option>)}</select>
      {kind === 'boolean' ? <select className="inp" aria-label={label} value={text} onChange={(event) => onText(event.target.value)}><option value="true">true</option><option value="false">false</option></select>
        : kind === 'json' ? <textarea {...about} rows={3} onChange={(event) => onText(event.target.value)} />
          : <input {...about} inputMode={kind === 'number' ? 'decimal' : 'text'} onChange={(event) => onText(event.target.value)} />}
    </>
  );
}

function useValue(value: unknown, first: Kind) {
  const [kind, setKind] = useState<Kind>(first);
  const [text, setText] = useState(value === undefined ? '' : written(value, first));
  const choose = (next: Kind) => { setKind(next); if (next === 'boolean') setText((old) => (old === 'false' ? old : 'true')); };
  return { kind, text, value: readAs(kind, text), choose, setText, clear: () => setText(kind === 'boolean' ? 'true' : '') };
}

function Adder({ taken, onSave }: { taken: readonly string[]; onSave: (name: string, value: unknown) => Promise<void> }) {
  const [name, setName] = useState('');
  const [problem, setProblem] = useState('');
  const field = useValue(undefined, 'text');
  const first = useRef<HTMLInputElement>(null);
  const add = async () => {
    if (field.value === undefined) return setProblem(t(`attr.bad.${field.kind}`));
    if (taken.includes(name.trim())) return setProblem(t('attr.taken'));
    try {
      await onSave(name.trim(), field.value);
      setName('');
      setProblem('');
      field.clear();
      first.current?.focus();
    } catch (error) {
      setProblem(reason(error));
    }
  };
  return (
    <form className="adder" onSubmit={(event) => { event.preventDefault(); void add(); }}>
      <input ref={first} className="inp" aria-label={t('field.key')} placeholder={t('field.key')} dir="auto" maxLength={255} value={name} onChange={(event) => setName(event.target.value)} />
      <Fields kind={field.kind} text={field.text} label={t('field.value')} hint={t('field.value')} onKind={field.choose} onText={field.setText} />
      <button type="submit" className="btn primary" disabled={!name.trim()}><Icon name="plus" />{t('add')}</button>
      {problem && <p className="bad" role="alert">{problem}</p>}
    </form>
  );
}

/** A value edited where it stands: Enter saves, Escape leaves it. */
function Editor({ name, value, onSave, onClose }: { name: string; value: unknown; onSave: (value: unknown) => Promise<void>; onClose: () => void }) {
  const field = useValue(value, kindOf(value));
  const [problem, setProblem] = useState('');
  const host = useRef<HTMLFormElement>(null);
  useEffect(() => { host.current?.querySelector<HTMLElement>('.inp:not(.kind)')?.focus(); }, []);
  const save = () => (field.value === undefined ? setProblem(t(`attr.bad.${field.kind}`)) : void onSave(field.value).catch((error: unknown) => setProblem(reason(error))));
  return (
    <form ref={host} className="inplace" onSubmit={(event) => { event.preventDefault(); save(); }} onKeyDown={(event) => { if (event.key === 'Escape') { event.stopPropagation(); onClose(); } }}>
      <Fields kind={field.kind} text={field.text} label={t('attr.valueOf', { key: name })} onKind={field.choose} onText={field.setText} />
      <button type="submit" className="btn sm primary">{t('part.save')}</button><button type="button" className="btn sm" onClick={onClose}>{t('cancel')}</button>
      {problem && <p className="bad" role="alert">{problem}</p>}
    </form>
  );
}
