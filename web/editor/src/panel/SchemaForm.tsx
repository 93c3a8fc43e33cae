import { useId } from 'react';
import { t } from '../core/i18n';
import type { SamplePath } from '../core/paths';
import type { JsonSchema, Problem } from '../core/types';
import { isMissing } from '../core/validate';
import { CodeField } from './CodeField';
import { Choice, Duration, Keys, MapRows, Numeric, Reference, Several } from './fields';

interface FormProps {
  schema: JsonSchema;
  config: Readonly<Record<string, unknown>>;
  problems: readonly Problem[];
  paths: (parameters: readonly string[]) => SamplePath[];
  onChange: (key: string, value: unknown) => void;
}

/** The form of a node, made from its schema and the hints in it. */
export function SchemaForm({ schema, config, problems, paths, onChange }: FormProps) {
  const fields = Object.entries(schema.properties ?? {}).filter(([key, field]) => isShown(key, field, config));
  return fields.map(([key, field]) => (
    <Field key={key} name={key} schema={field} value={config[key] ?? field.default} isRequired={schema.required?.includes(key) ?? false}
      problem={problems.find((problem) => problem.field === key && problem.code !== 'missing')} paths={paths} onChange={(value) => onChange(key, value)} />
  ));
}

/** A choice with one option is none: the language of scripts, while there is only Python. */
function isShown(key: string, field: JsonSchema, config: Readonly<Record<string, unknown>>): boolean {
  const wanted = Object.entries(field['x-ui']?.showIf ?? {});
  const isChoice = !(field.enum?.length === 1 && (config[key] === undefined || config[key] === field.enum[0]));
  return isChoice && wanted.every(([other, value]) => config[other] === value);
}

interface FieldProps {
  name: string;
  schema: JsonSchema;
  value: unknown;
  isRequired: boolean;
  problem: Problem | undefined;
  paths: FormProps['paths'];
  onChange: (value: unknown) => void;
}

/** What every control is given. */
export interface ControlProps {
  id: string;
  name: string;
  schema: JsonSchema;
  value: unknown;
  label: string;
  invalid: boolean;
  describedBy: string | undefined;
  onChange: (value: unknown) => void;
}

function Field({ name, schema, value, isRequired, problem, paths, onChange }: FieldProps) {
  const id = useId();
  const label = schema.title ?? name;
  const isBad = isMissing(schema, value, isRequired);
  const bad = isBad ? t('field.required') : problem?.text;
  const hints = schema.description;
  const describedBy = bad || hints ? `${id}-hint` : undefined;
  const control: ControlProps = { id, name, schema, value, label, invalid: bad !== undefined, describedBy, onChange };
  const isSwitch = schema.type === 'boolean';
  const isNamed = isSwitch || ['input', 'select', 'textarea'].includes(kindOf(schema));
  return (
    <div className={`f ${bad ? 'err' : ''}`} data-field={name}>
      <div className={isSwitch ? 'row' : ''}>
        {isNamed ? <label htmlFor={id}>{label}{isRequired && <span className="req" aria-hidden="true">*</span>}</label> : <div className="lb" id={`${id}-label`}>{label}{isRequired && <span className="req" aria-hidden="true">*</span>}</div>}
        <Control {...control} paths={paths} />
      </div>
      {bad ? <div className="bad" id={describedBy}>{bad}</div> : hints && <div className="hint" id={describedBy}>{hints}</div>}
    </div>
  );
}

type Kind = 'input' | 'select' | 'textarea' | 'other';

/** Whether a native control with an id of its own is drawn, which a label can point to. */
function kindOf(schema: JsonSchema): Kind {
  const widget = schema['x-ui']?.widget;
  if (widget === 'code' || widget === 'map') return 'other';
  if (schema.enum) return schema.enum.length <= 4 ? 'other' : 'select';
  if (schema.type === 'array') return schema.items?.enum ? 'other' : 'input';
  if (schema.type === 'object') return 'other';
  return 'input';
}

function Control(props: ControlProps & { paths: FormProps['paths'] }) {
  const { id, name, schema, value, label, invalid, describedBy, onChange, paths } = props;
  const ui = schema['x-ui'] ?? {};
  const aria = { id, name, 'aria-invalid': invalid || undefined, 'aria-describedby': describedBy };
  if (ui.widget === 'code') {
    const parameters = ui.parameters ?? [];
    return <CodeField value={String(value ?? '')} language="python" purpose={ui.purpose === 'generator' ? 'generate' : (ui.purpose ?? 'filter')} head={`def ${ui.purpose ?? 'run'}(${parameters.join(', ')}):`} label={label} onChange={onChange} paths={() => paths(parameters)} canGrow />;
  }
  if (ui.widget === 'reference') return <Reference {...props} />;
  if (ui.widget === 'map' || schema.type === 'object') return <MapRows {...props} />;
  if (ui.widget === 'duration') return <Duration {...props} />;
  if (schema.type === 'array') return schema.items?.enum ? <Several {...props} /> : <Keys {...props} />;
  if (schema.enum) return <Choice {...props} />;
  if (schema.type === 'boolean') return <input type="checkbox" role="switch" className="sw" {...aria} checked={value === true} onChange={(event) => onChange(event.target.checked)} />;
  if (schema.type === 'integer' || schema.type === 'number') return <Numeric {...props} />;
  const hint = ui.templates ? t('field.template') : undefined;
  const text = { ...aria, className: 'inp', value: String(value ?? ''), title: hint, dir: 'auto' as const, maxLength: schema.maxLength };
  const isLong = ui.widget === 'textarea' || (name === 'body' && schema.type === 'string');
  return isLong
    ? <textarea rows={4} {...text} onChange={(event) => onChange(event.target.value)} />
    : <input type="text" {...text} onChange={(event) => onChange(event.target.value)} />;
}
