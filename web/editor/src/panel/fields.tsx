/** The controls of a form, one for each kind of value. */
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { api } from '../core/api';
import { t } from '../core/i18n';
import { Icon } from '../shell/Icon';
import { useEditor } from '../state/editor';
import { enterChain } from '../state/way';
import type { ControlProps } from './SchemaForm';

const labelled = (props: ControlProps) => ({ 'aria-labelledby': `${props.id}-label`, 'aria-describedby': props.describedBy, 'aria-invalid': props.invalid || undefined });
const text = (value: unknown): string => (value === undefined || value === null ? '' : String(value));

/** One of some: a row of buttons when there are few, a list when there are many. */
export function Choice(props: ControlProps) {
  const { id, name, schema, value, onChange } = props;
  const labels = schema['x-ui']?.labels ?? {};
  const options = (schema.enum ?? []).map(String);
  const word = (option: string) => labels[option] ?? (option.length > 4 || option !== option.toUpperCase() ? option[0]!.toUpperCase() + option.slice(1) : option);
  if (options.length > 4) {
    return (
      <select className="inp" id={id} name={name} aria-describedby={props.describedBy} value={text(value)} onChange={(event) => onChange(event.target.value)}>
        {options.map((option) => <option key={option} value={option}>{labels[option] ?? option}</option>)}
      </select>
    );
  }
  const step = (event: React.KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const next = (options.indexOf(text(value)) + by + options.length) % options.length;
    onChange(options[next]);
    (event.currentTarget.children[next] as HTMLElement).focus();
  };
  return (
    <div className="seg" role="radiogroup" aria-labelledby={`${id}-label`} aria-describedby={props.describedBy} onKeyDown={step}>
      {options.map((option, index) => (
        <button key={option} type="button" role="radio" aria-checked={option === value} tabIndex={option === value || (!options.includes(text(value)) && !index) ? 0 : -1} onClick={() => onChange(option)}>{word(option)}</button>
      ))}
    </div>
  );
}

/** Some of a few. */
export function Several(props: ControlProps) {
  const { schema, value, onChange } = props;
  const options = (schema.items?.enum ?? []).map(String);
  const labels = schema['x-ui']?.labels ?? {};
  const chosen = Array.isArray(value) ? value.map(String) : [];
  const flip = (option: string) => onChange(options.filter((item) => (item === option ? !chosen.includes(item) : chosen.includes(item))));
  return (
    <div className="checks" role="group" {...labelled(props)}>
      {options.map((option) => (
        <label key={option}><input type="checkbox" checked={chosen.includes(option)} onChange={() => flip(option)} />{labels[option] ?? option}</label>
      ))}
    </div>
  );
}

/** A list of names: Enter or a comma takes one, Backspace gives the last back. */
export function Keys(props: ControlProps) {
  const { id, name, schema, value, onChange } = props;
  const [typed, setTyped] = useState('');
  const keys = Array.isArray(value) ? value.map(String) : [];
  const take = (words: string[]) => {
    const fresh = words.map((word) => word.trim()).filter((word, index, all) => word && !keys.includes(word) && all.indexOf(word) === index);
    if (fresh.length) onChange([...keys, ...fresh]);
    setTyped('');
  };
  const key = (event: React.KeyboardEvent) => {
    if (event.key === 'Enter' || (event.key === ',' && !schema['x-ui']?.patterns)) { event.preventDefault(); take([typed]); }
    else if (event.key === 'Backspace' && !typed && keys.length) onChange(keys.slice(0, -1));
  };
  return (
    <div className="tags">
      {keys.map((item) => (
        <span key={item}><bdi>{item}</bdi><button type="button" aria-label={`${t('remove')} ${item}`} onClick={() => onChange(keys.filter((other) => other !== item))}><Icon name="x" /></button></span>
      ))}
      <input id={id} name={name} value={typed} placeholder={keys.length ? '' : t('field.add')} aria-describedby={props.describedBy} aria-invalid={props.invalid || undefined} onChange={(event) => setTyped(event.target.value)} onBlur={() => take([typed])} onKeyDown={key}
        onPaste={(event) => { const words = event.clipboardData.getData('text').split(/[\n,;]/); if (words.length > 1) { event.preventDefault(); take(words); } }} />
    </div>
  );
}

/** Names with values. Rows that have no name yet are only in the form. */
export function MapRows(props: ControlProps) {
  const { schema, value, onChange } = props;
  const ui = schema['x-ui'] ?? {};
  const given = Object.entries((value ?? {}) as Record<string, unknown>).map(([key, item]) => [key, text(item)] as const);
  const [rows, setRows] = useState<readonly (readonly [string, string])[]>(given);
  const mine = JSON.stringify(Object.fromEntries(rows.filter(([key]) => key)));
  const shown = mine === JSON.stringify(Object.fromEntries(given)) ? rows : given;
  const put = (next: readonly (readonly [string, string])[]) => { setRows(next); onChange(Object.fromEntries(next.filter(([key]) => key))); };
  const keyTitle = ui.keyTitle ?? t('field.key');
  const valueTitle = ui.valueTitle ?? t('field.value');
  return (
    <div role="group" {...labelled(props)}>
      {shown.length > 0 && <div className="kv head" aria-hidden="true"><span>{keyTitle}</span><span>{valueTitle}</span></div>}
      {shown.map(([key, item], index) => {
        const change = (row: readonly [string, string]) => put(shown.map((old, at) => (at === index ? row : old)));
        return (
          <div className="kv" key={index}>
            {ui.keys
              ? <select className="inp" aria-label={keyTitle} value={key} onChange={(event) => change([event.target.value, item])}><option value="" />{ui.keys.map((option) => <option key={option}>{option}</option>)}</select>
              : <input className="inp" aria-label={keyTitle} value={key} onChange={(event) => change([event.target.value, item])} />}
            <input className="inp" aria-label={valueTitle} value={item} onChange={(event) => change([key, event.target.value])} />
            <button type="button" className="btn ghost icon" aria-label={`${t('remove')} ${key}`} onClick={() => put(shown.filter((_, at) => at !== index))}><Icon name="x" /></button>
          </div>
        );
      })}
      <button type="button" className="btn sm" onClick={() => setRows([...shown, ['', '']])}><Icon name="plus" />{t('field.addRow')}</button>
    </div>
  );
}

const UNITS = [['unit.d', 86_400_000], ['unit.h', 3_600_000], ['unit.min', 60_000], ['unit.s', 1000], ['unit.ms', 1]] as const;

/** A time with a unit that a person chooses; kept in the unit of the schema. */
export function Duration({ id, name, schema, value, onChange, describedBy, invalid }: ControlProps) {
  const base = schema['x-ui']?.unit === 'ms' ? 1 : 1000;
  const ms = Number(value ?? 0) * base;
  const units = UNITS.filter(([, size]) => size >= base);
  const [unit, setUnit] = useState<number>(() => units.find(([, size]) => ms && ms % size === 0)?.[1] ?? base);
  return (
    <div className="dur">
      <input className="inp" type="number" id={id} name={name} min={0} step="any" aria-describedby={describedBy} aria-invalid={invalid || undefined} value={value === undefined ? '' : ms / unit}
        onChange={(event) => onChange(event.target.value === '' ? undefined : (Number(event.target.value) * unit) / base)} />
      <select className="inp" aria-label={t('field.unit')} value={unit} onChange={(event) => { const next = Number(event.target.value); setUnit(next); onChange(((ms / unit) * next) / base); }}>
        {units.map(([key, size]) => <option key={key} value={size}>{t(key)}</option>)}
      </select>
    </div>
  );
}

export function Numeric({ id, name, schema, value, onChange, describedBy, invalid }: ControlProps) {
  return (
    <input className="inp" type="number" id={id} name={name} min={schema.minimum} max={schema.maximum} step={schema.type === 'integer' ? 1 : 'any'} aria-describedby={describedBy} aria-invalid={invalid || undefined}
      value={text(value)} onChange={(event) => onChange(event.target.value === '' ? undefined : Number(event.target.value))} />
  );
}

const LISTS = { integration: 'integrations', 'rule-chain': 'rule-chains', device: 'devices' } as const;

/** Something that is kept outside of the chain, chosen by its name. */
export function Reference({ id, name, schema, value, onChange, describedBy, invalid }: ControlProps) {
  const { to = 'integration', by = 'id' } = schema['x-ui'] ?? {};
  const own = useEditor((state) => state.chain?.id);
  const { data = [] } = useQuery({ queryKey: ['named', to], queryFn: () => api.named(LISTS[to]) });
  const options = data.filter((item) => !(to === 'rule-chain' && item.id === own)).map((item) => ({ value: by === 'name' ? item.name : item.id, label: item.name }));
  const now = text(value);
  if (by === 'name') {
    return (<><input className="inp" type="text" id={id} name={name} list={`${id}-list`} aria-describedby={describedBy} aria-invalid={invalid || undefined} value={now} onChange={(event) => onChange(event.target.value)} />
      <datalist id={`${id}-list`}>{options.map((option) => <option key={option.value} value={option.value} />)}</datalist></>);
  }
  const isThere = !now || options.some((option) => option.value === now);
  const list = (
    <select className="inp" id={id} name={name} aria-describedby={describedBy} aria-invalid={invalid || undefined} value={now} onChange={(event) => onChange(event.target.value || undefined)}>
      <option value="">{t('field.choose')}</option>
      {!isThere && <option value={now}>{t('field.missing', { value: now })}</option>}
      {options.map((option) => <option key={option.value} value={option.value}>{option.label}</option>)}
    </select>
  );
  if (to !== 'rule-chain' || !now || !isThere) return list;
  return <div className="dur">{list}<button type="button" className="btn" onClick={() => enterChain(now)}><Icon name="workflow" />{t('field.openChain')}</button></div>;
}
