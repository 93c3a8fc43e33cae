import { useState } from 'react';
import { duration, moment, t, tn } from '../core/i18n';
import { pretty } from '../core/payload';
import type { ConverterTestResult } from '../core/types';
import { Icon } from '../shell/Icon';
import type { Outcome } from './trial';

/** What a run brought: as a table, as JSON, or why it brought nothing. */
export function Output({ outcome }: { outcome: Outcome }) {
  const [view, setView] = useState<'table' | 'json'>('table');
  const { result, refused } = outcome;
  if (!result) return <div className="outcome bad" data-testid="verdict"><Icon name="error" /><p dir="auto">{refused}</p></div>;
  const { error, log = [] } = result;
  const hasTable = !!result.readings?.length || !!result.payloads?.length;
  return (
    <div className="output" data-testid="output">
      {error ? (
        <div className="outcome bad" data-testid="verdict"><Icon name="error" /><p dir="auto">{error.line ? `${t('bench.line', { line: error.line })}: ` : ''}{error.message}{error.place && <code> {error.place}</code>}</p></div>
      ) : <div className="outcome ok" data-testid="verdict"><Icon name="ok" /><p dir="auto">{summary(result)}</p><small>{duration(result.elapsedUs ?? 0)}</small></div>}
      {result.output !== undefined && (
        <>
          {hasTable && <div className="seg" role="radiogroup" aria-label={t('bench.view')}>{(['table', 'json'] as const).map((name) => <button key={name} type="button" role="radio" aria-checked={view === name} onClick={() => setView(name)}>{t(`bench.${name}`)}</button>)}</div>}
          {view === 'table' && hasTable ? <Tables result={result} /> : <pre className="raw" dir="ltr" tabIndex={0} aria-label="JSON">{JSON.stringify(result.output, null, 2)}</pre>}
        </>
      )}
      {log.length > 0 && <><h4>{t('bench.log')}</h4><pre className="raw" dir="auto">{log.join('\n')}</pre></>}
    </div>
  );
}

/** "Device Thermostat-1, 2 telemetry values" */
export function summary(result: ConverterTestResult): string {
  if (result.payloads?.length) return tn('bench.payloads', result.payloads.length);
  const readings = result.readings ?? [];
  if (!readings.length) return t('bench.nothing');
  const values = readings.reduce((sum, item) => sum + item.telemetry.reduce((all, points) => all + Object.keys(points.values).length, 0), 0);
  const attributes = readings.reduce((sum, item) => sum + Object.keys(item.attributes).length, 0);
  const who = readings.length === 1 ? t(`bench.${readings[0]!.kind.toLowerCase()}`, { name: readings[0]!.name }) : tn('bench.entities', readings.length);
  return [who, values ? tn('bench.values', values) : '', attributes ? tn('bench.attributes', attributes) : ''].filter(Boolean).join(', ');
}

function Tables({ result }: { result: ConverterTestResult }) {
  return (
    <>
      {result.readings?.map((item, index) => (
        <table className="outgrid" key={index}>
          <caption dir="auto">{t(`bench.${item.kind.toLowerCase()}`, { name: item.name })} <small>{item.type}</small></caption>
          <thead><tr><th scope="col">{t('bench.kind')}</th><th scope="col">{t('field.key')}</th><th scope="col">{t('field.value')}</th></tr></thead>
          <tbody>
            {item.telemetry.flatMap((points, at) => Object.entries(points.values).map(([key, value]) => <tr key={`t${at} ${key}`}><td>{t('bench.telemetry')}{points.ts !== null && <small> {moment(points.ts)}</small>}</td><td dir="auto">{key}</td><td dir="auto">{shown(value)}</td></tr>))}
            {Object.entries(item.attributes).map(([key, value]) => <tr key={`a ${key}`}><td>{t('bench.attribute')}</td><td dir="auto">{key}</td><td dir="auto">{shown(value)}</td></tr>)}
          </tbody>
        </table>
      ))}
      {result.payloads?.map((item, index) => (
        <table className="outgrid" key={`p${index}`}>
          <caption>{item.contentType} {item.status > 0 && <small>{item.status}</small>}</caption>
          <tbody>
            <tr><th scope="row">{t('bench.body')}{item.encoding === 'base64' && ' (base64)'}</th><td><pre dir="auto">{pretty(item.body)}</pre></td></tr>
            {Object.entries(item.headers).map(([name, value]) => <tr key={name}><th scope="row">{name}</th><td dir="auto">{value}</td></tr>)}
          </tbody>
        </table>
      ))}
    </>
  );
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
