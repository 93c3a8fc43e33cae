import { lazy, Suspense, useEffect, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { house, type Latest, type Series, type Stamped } from '../core/house';
import { t } from '../core/i18n';
import { grown, numeric, spark } from '../core/series';
import { shown } from '../core/shown';
import { socket } from '../core/socket';
import { Age, Find, Standing, useNow } from '../shell/parts';
import type { DeviceProps } from '../pages/DevicePage';

const Chart = lazy(async () => ({ default: (await import('./Chart')).Chart }));
const MOST_KEYS = 8;
const LINE = { width: 108, height: 28 };

/** The newest value of each key, as it comes in; the keys that are chosen become lines of a chart. */
export function Telemetry({ device }: DeviceProps) {
  const found = useQuery({ queryKey: ['latest', device.id], queryFn: () => house.latest(device.id) });
  const past = useQuery({ queryKey: ['sparks', device.id], queryFn: () => house.series(device.id, { limit: 40, order: 'desc' }), staleTime: Infinity });
  const [news, setNews] = useState<Latest>({});
  const [lines, setLines] = useState<Series>({});
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [q, setQ] = useState('');
  const now = useNow(1000);
  useEffect(() => {
    if (past.data) setLines((old) => Object.fromEntries(Object.entries(past.data).map(([key, points]) => [key, (old[key] ?? []).reduce(grown, [...points].reverse())])));
  }, [past.data]);
  useEffect(() => socket.follow('device.telemetry', { device: device.id }, (data) => {
    const changed = data as Latest;
    setNews((old) => ({ ...old, ...changed }));
    setLines((old) => ({ ...old, ...Object.fromEntries(Object.entries(changed).map(([key, point]) => [key, grown(old[key] ?? [], point)])) }));
  }), [device.id]);
  const latest: Latest = { ...found.data, ...news };
  const keys = Object.keys(latest).sort();
  const fit = keys.filter((key) => key.toLowerCase().includes(q.toLowerCase()));
  const flip = (key: string) => setChosen(chosen.includes(key) ? chosen.filter((other) => other !== key) : [...chosen, key].slice(-MOST_KEYS));
  return (
    <>
      <Standing of={found} count={keys.length} empty={<p>{t('tel.none')}</p>} />
      {chosen.length > 0 && <Suspense fallback={null}><Chart device={device.id} keys={chosen} /></Suspense>}
      {keys.length > 0 && <>
        <div className="listhead"><p className="hint grow">{t('tel.choose')}</p>{keys.length > MOST_KEYS && <Find label={t('tel.find')} value={q} onFind={setQ} />}</div>
        <div className="sheet"><table className="grid tel">
          <thead><tr><th scope="col">{t('tel.chart')}</th><th scope="col">{t('field.key')}</th><th scope="col">{t('field.value')}</th><th scope="col">{t('tel.age')}</th><th scope="col">{t('tel.lately')}</th></tr></thead>
          <tbody>{fit.map((name) => <Row key={name} name={name} point={latest[name]!} points={lines[name] ?? []} now={now} isOn={chosen.includes(name)} onFlip={() => flip(name)} />)}</tbody>
        </table></div>
      </>}
    </>
  );
}

interface RowProps {
  name: string;
  point: Stamped;
  points: readonly Stamped[];
  now: number;
  isOn: boolean;
  onFlip: () => void;
}

function Row({ name, point, points, now, isOn, onFlip }: RowProps) {
  const path = spark(points, LINE.width, LINE.height);
  return (
    <tr data-key={name} className={isOn ? 'on' : ''}>
      <td className="dotcell"><input type="checkbox" aria-label={t('tel.draw', { key: name })} checked={isOn} disabled={numeric(point.value) === undefined && !path} onChange={onFlip} /></td>
      <th scope="row" dir="auto"><span className="clip">{name}</span></th>
      <td data-label={t('field.value')}><Value value={point.value} /></td>
      <td data-label={t('tel.age')} className="num"><Age ts={point.ts} now={now} /></td>
      <td className="sparkcell">{path && <svg className="spark" viewBox={`0 0 ${LINE.width} ${LINE.height}`} width={LINE.width} height={LINE.height} aria-hidden="true"><path d={path} /></svg>}</td>
    </tr>
  );
}

/** A value in a line; what does not fit is unfolded. */
export function Value({ value }: { value: unknown }) {
  const text = shown(value);
  if (text.length <= 120) return <span className="val" dir="auto">{text}</span>;
  return <details className="long"><summary dir="auto">{text.slice(0, 100)}…</summary><pre dir="auto">{text}</pre></details>;
}
