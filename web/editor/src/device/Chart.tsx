import { useEffect, useRef, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { AGGREGATIONS, house, type Aggregation, type Series } from '../core/house';
import { currentLanguage, moment, number, t } from '../core/i18n';
import { asked, columns, csvOf, paceOf, RANGES } from '../core/series';
import { shown } from '../core/shown';
import { Icon } from '../shell/Icon';
import { reason, saveFile, Segments } from '../shell/parts';
import { scale } from '../shell/scale';
import { usePrefs } from '../state/prefs';

const COLORS = ['--c-transform', '--c-filter', '--c-enrichment', '--c-action', '--c-external', '--c-input', '--c-flow', '--accent'];
const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3], [14, 4], [4, 4], [14, 3, 2, 3, 2, 3], [1, 6]];
const HEIGHT = 260;
const LATEST = 12;

/** Lines of the chosen keys, from an hour to a month; live as long as it is not stopped. */
export function Chart({ device, keys }: { device: string; keys: readonly string[] }) {
  const [range, setRange] = useState('1h');
  const [agg, setAgg] = useState<Aggregation>('NONE');
  const [isLive, setLive] = useState(true);
  const ms = RANGES.find(([name]) => name === range)![1];
  const found = useQuery({
    queryKey: ['series', device, keys, range, agg], queryFn: () => house.series(device, { keys: keys.join(','), ...asked(ms, agg, Date.now()) }),
    refetchInterval: isLive ? paceOf(ms) : false, placeholderData: (old) => old,
  });
  const save = () => saveFile(`telemetry-${range}-${agg.toLowerCase()}.csv`, csvOf(found.data ?? {}, keys), 'text/csv');
  const points = keys.reduce((sum, key) => sum + (found.data?.[key]?.length ?? 0), 0);
  return (
    <section className="chart" aria-label={t('tel.chart')} data-testid="chart" data-points={points}>
      <div className="chartbar">
        <Segments label={t('tel.range')} options={RANGES.map(([name]) => [name, t(`tel.range.${name}`)] as const)} value={range} onChoose={setRange} />
        <label className="pick"><span>{t('tel.agg')}</span><select className="inp" value={agg} onChange={(event) => setAgg(event.target.value as Aggregation)}>{AGGREGATIONS.map((name) => <option key={name} value={name}>{t(`tel.agg.${name}`)}</option>)}</select></label>
        <span className="grow" />
        <button type="button" className="btn sm" aria-pressed={isLive} onClick={() => setLive(!isLive)}><Icon name={isLive ? 'pause' : 'play'} />{t('events.live')}</button>
        <button type="button" className="btn sm" disabled={!points || found.isPlaceholderData} onClick={save}><Icon name="download" />CSV</button>
      </div>
      {found.isError && <p className="bad" role="alert">{reason(found.error)}</p>}
      {found.data && !points && <p className="blank">{t('tel.empty')}</p>}
      {found.data && points > 0 && <Plot series={found.data} keys={keys} range={ms} />}
      <ul className="legend" aria-label={t('tel.lines')}>{keys.map((key, at) => <li key={key}><svg width="26" height="8" aria-hidden="true"><line x1="1" y1="4" x2="25" y2="4" style={{ stroke: `var(${COLORS[at]})`, strokeDasharray: DASHES[at]!.join(' ') }} /></svg><bdi>{key}</bdi></li>)}</ul>
      {found.data && points > 0 && <Values series={found.data} keys={keys} />}
    </section>
  );
}

function Plot({ series, keys, range }: { series: Series; keys: readonly string[]; range: number }) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const colours = usePrefs((prefs) => prefs.colours);
  const data = columns(series, keys);
  const latest = useRef(data);
  latest.current = data;
  useEffect(() => {
    const place = host.current!;
    const style = getComputedStyle(place);
    const color = (name: string) => style.getPropertyValue(name).trim();
    const axis = { stroke: color('--muted'), grid: { stroke: color('--grid'), width: 1 }, ticks: { stroke: color('--grid'), width: 1 }, font: `${11 * scale()}px ${color('--font')}` };
    const time = new Intl.DateTimeFormat(currentLanguage(), range > 86_400_000 ? { day: '2-digit', month: '2-digit' } : { hour: '2-digit', minute: '2-digit' });
    const made = (plot.current = new uPlot({
      width: place.clientWidth, height: HEIGHT, legend: { show: false }, cursor: { points: { size: 7 } },
      scales: { x: { range: () => [(Date.now() - range) / 1000, Date.now() / 1000] } },
      axes: [{ ...axis, values: (_, splits) => splits.map((at) => time.format(at * 1000)) }, { ...axis, size: 58, values: (_, splits) => splits.map((at) => number(at, 6)) }],
      series: [{}, ...keys.map((key, at) => ({ label: key, stroke: color(COLORS[at]!), width: 1.6, dash: DASHES[at]!, spanGaps: true, points: { size: 4 } }))],
    }, latest.current as uPlot.AlignedData, place));
    const watch = new ResizeObserver(() => made.setSize({ width: place.clientWidth, height: HEIGHT }));
    watch.observe(place);
    return () => { watch.disconnect(); made.destroy(); };
  }, [keys, range, colours]);
  useEffect(() => { plot.current?.setData(latest.current as uPlot.AlignedData); }, [series]);
  return <div className="plot" ref={host} role="img" aria-label={t('tel.plot', { keys: keys.join(', ') })} />;
}

/** The same as numbers, for who cannot see lines. */
function Values({ series, keys }: { series: Series; keys: readonly string[] }) {
  const times = [...new Set(keys.flatMap((key) => (series[key] ?? []).map((point) => point.ts)))].sort((a, b) => b - a).slice(0, LATEST);
  return (
    <details className="figures-of"><summary>{t('tel.values', { n: times.length })}</summary>
      <div className="sheet"><table className="grid"><thead><tr><th scope="col">{t('tel.time')}</th>{keys.map((key) => <th key={key} scope="col" dir="auto">{key}</th>)}</tr></thead>
        <tbody>{times.map((ts) => <tr key={ts}><th scope="row" className="num">{moment(ts)}</th>{keys.map((key) => <td key={key} data-label={key}>{shown(series[key]?.find((point) => point.ts === ts)?.value)}</td>)}</tr>)}</tbody></table></div>
    </details>
  );
}
