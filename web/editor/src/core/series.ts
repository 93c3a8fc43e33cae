/** Time series for the eye: sparklines, what to ask the server for, the columns of a chart, CSV. */
import type { Aggregation, Series, Stamped } from './house';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
export const RANGES: readonly (readonly [string, number])[] = [['1h', HOUR], ['6h', 6 * HOUR], ['24h', DAY], ['7d', 7 * DAY], ['30d', 30 * DAY]];
const POINTS = 300;
const MOST_RAW = 10_000;
const SPARK = 40;

/** Steps that a person can name, so that intervals begin at whole minutes and hours. */
const STEPS = [1000, 2000, 5000, 10_000, 15_000, 30_000, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY];

export const stepOf = (range: number): number => STEPS.find((step) => range / step <= POINTS) ?? DAY;

/** What to ask for, so that a chart of the last `range` ms has some hundred points. */
export function asked(range: number, agg: Aggregation, now: number): { from: number; to: number; agg: Aggregation; step?: number; limit: number; order: 'desc' } {
  if (agg === 'NONE') return { from: now - range, to: now + 1, agg, limit: MOST_RAW, order: 'desc' };
  const step = stepOf(range);
  const to = Math.ceil((now + 1) / step) * step;
  return { from: to - Math.ceil(range / step) * step, to, agg, step, limit: MOST_RAW, order: 'desc' };
}

/** How often a live chart asks again. */
export const paceOf = (range: number): number => Math.min(30_000, Math.max(2000, stepOf(range) / 5));

/** A value as a number for a line: true is 1; undefined for what no line can show. */
export function numeric(value: unknown): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** The columns of a chart: times in seconds, ascending, then one column a key with null where it has no value. */
export function columns(series: Series, keys: readonly string[]): [number[], ...(number | null)[][]] {
  const times = [...new Set(keys.flatMap((key) => (series[key] ?? []).map((point) => point.ts)))].sort((a, b) => a - b);
  const place = new Map(times.map((ts, index) => [ts, index]));
  const rows = keys.map((key) => {
    const column: (number | null)[] = new Array<number | null>(times.length).fill(null);
    for (const point of series[key] ?? []) column[place.get(point.ts)!] = numeric(point.value) ?? null;
    return column;
  });
  return [times.map((ts) => ts / 1000), ...rows];
}

const cell = (value: unknown): string => {
  const text = value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  // A cell that begins like a formula would be one in a spreadsheet.
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** A series as CSV (RFC 4180): ts in ms, time in ISO 8601, one column a key. */
export function csvOf(series: Series, keys: readonly string[]): string {
  const times = [...new Set(keys.flatMap((key) => (series[key] ?? []).map((point) => point.ts)))].sort((a, b) => a - b);
  const values = keys.map((key) => new Map((series[key] ?? []).map((point) => [point.ts, point.value])));
  const rows = times.map((ts) => [String(ts), new Date(ts).toISOString(), ...values.map((column) => cell(column.get(ts)))].join(','));
  return `${[['ts', 'time', ...keys.map(cell)].join(','), ...rows].join('\r\n')}\r\n`;
}

/** The newest points of a sparkline with one more. */
export function grown(points: readonly Stamped[], next: Stamped): Stamped[] {
  const last = points.at(-1);
  if (last && next.ts < last.ts) return [...points];
  return [...(last?.ts === next.ts ? points.slice(0, -1) : points), next].slice(-SPARK);
}

/** A sparkline as an SVG path in a box; empty when there is no line to draw. */
export function spark(points: readonly Stamped[], width: number, height: number): string {
  const found = points.flatMap((point) => { const y = numeric(point.value); return y === undefined ? [] : [{ x: point.ts, y }]; });
  if (found.length < 2) return '';
  const [first, last] = [found[0]!.x, found.at(-1)!.x];
  const low = Math.min(...found.map((point) => point.y));
  const high = Math.max(...found.map((point) => point.y));
  const x = (ts: number) => 1 + ((ts - first) / Math.max(last - first, 1)) * (width - 2);
  const y = (value: number) => (high === low ? height / 2 : height - 2 - ((value - low) / (high - low)) * (height - 4));
  return found.map((point, index) => `${index ? 'L' : 'M'}${x(point.x).toFixed(1)} ${y(point.y).toFixed(1)}`).join('');
}
