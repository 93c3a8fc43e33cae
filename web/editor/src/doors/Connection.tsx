import { useId } from 'react';
import { useQuery } from '@tanstack/react-query';
import { api } from '../core/api';
import { t } from '../core/i18n';
import type { JsonSchema } from '../core/types';
import { SchemaForm } from '../panel/SchemaForm';
import { Icon } from '../shell/Icon';

export const HIDDEN = '***';
export type Header = readonly [name: string, value: string];

/** Headers with their values that a request must carry. */
export function Headers({ headers, onHeaders }: { headers: readonly Header[]; onHeaders: (headers: readonly Header[]) => void }) {
  const id = useId();
  const change = (at: number, row: Header) => onHeaders(headers.map((old, index) => (index === at ? row : old)));
  return (
    <div className="f">
      <div className="row"><label htmlFor={id}>{t('int.guard')}</label><input id={id} type="checkbox" role="switch" className="sw" aria-describedby={`${id}-hint`} checked={headers.length > 0} onChange={(event) => onHeaders(event.target.checked ? [['X-Api-Key', '']] : [])} /></div>
      <div className="hint" id={`${id}-hint`}>{t('int.guard.hint')}</div>
      {headers.map(([name, value], at) => (
        <div className="kv" key={at}>
          <input className="inp" dir="ltr" aria-label={t('int.headerName')} placeholder={t('int.headerName')} maxLength={100} value={name} onChange={(event) => change(at, [event.target.value, value === HIDDEN ? '' : value])} />
          <input className="inp" dir="ltr" aria-label={t('int.headerValue')} placeholder={t('int.headerValue')} maxLength={4096} autoComplete="off" value={value} onFocus={(event) => value === HIDDEN && event.target.select()} onChange={(event) => change(at, [name, event.target.value])} />
          <button type="button" className="btn ghost icon" aria-label={`${t('remove')} ${name}`} onClick={() => onHeaders(headers.filter((_, index) => index !== at))}><Icon name="x" /></button>
        </div>
      ))}
      {headers.length > 0 && <button type="button" className="btn sm" onClick={() => onHeaders([...headers, ['', '']])}><Icon name="plus" />{t('int.addHeader')}</button>}
    </div>
  );
}

/** The form of what the type lets a person set; `only` or `but` choose some of its fields. */
export function TypeForm({ options, onOption, only, but = [] }: { options: Readonly<Record<string, unknown>>; onOption: (key: string, value: unknown) => void; only?: readonly string[]; but?: readonly string[] }) {
  const { data } = useQuery({ queryKey: ['integration-types'], queryFn: api.integrationTypes, staleTime: Infinity });
  const schema = data?.find((type) => type.type === 'http')?.schema;
  if (!schema) return null;
  const fields = Object.entries(schema.properties ?? {}).filter(([key]) => (only ? only.includes(key) : !but.includes(key)));
  const shown: JsonSchema = { ...schema, properties: Object.fromEntries(fields.map(([key, field]) => [key, worded(key, field)])) };
  return <SchemaForm schema={shown} config={options} problems={[]} paths={() => []} onChange={onOption} />;
}

/** A word that the server gave, in the person's language where there is one. */
const named = (group: string, id: string, otherwise: string): string => {
  const key = `${group}.${id}`;
  const found = t(key);
  return found === key ? otherwise : found;
};

/** A field in the person's language. */
function worded(key: string, field: JsonSchema): JsonSchema {
  const labels = field['x-ui']?.labels;
  return {
    ...field, title: named('http', key, field.title ?? key), ...(field.description ? { description: named('http', `${key}.hint`, field.description) } : {}),
    ...(labels ? { 'x-ui': { ...field['x-ui'], labels: Object.fromEntries(Object.entries(labels).map(([value, word]) => [value, named(`http.${key}`, value, word)])) } } : {}),
  };
}

/** What headers must be before the server is asked. */
export function headerFault(headers: readonly Header[]): string | undefined {
  const names = headers.map(([name]) => name.trim().toLowerCase());
  if (names.some((name, at) => !name || names.indexOf(name) !== at)) return t('int.headerNames');
  return headers.some(([, value]) => !value.trim()) ? t('int.headerEmpty') : undefined;
}

export const securityOf = (headers: readonly Header[]) => ({ headers: Object.fromEntries(headers.map(([name, value]) => [name.trim(), value])) });
