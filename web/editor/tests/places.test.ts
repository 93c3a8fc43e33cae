import { describe, expect, it } from 'vitest';
import { decode } from '../src/core/exact';
import { query, type Stamped } from '../src/core/house';
import { age, loadLanguage, openBook, t } from '../src/core/i18n';
import { asked, columns, csvOf, grown, numeric, spark, stepOf } from '../src/core/series';
import { curlOf, kindOf, pretty, quoted, readAs, written } from '../src/core/shown';

const at = (ts: number, value: unknown): Stamped => ({ ts, value });

describe('series', () => {
  it('ask for at most some hundred intervals, at whole steps', () => {
    for (const range of [3_600_000, 21_600_000, 86_400_000, 604_800_000, 2_592_000_000]) {
      const wanted = asked(range, 'AVG', 1_700_000_123_456);
      expect((wanted.to - wanted.from) / wanted.step!).toBeLessThanOrEqual(301);
      expect(wanted.to % wanted.step!).toBe(0);
      expect(wanted.to).toBeGreaterThan(1_700_000_123_456);
      expect(wanted.from).toBeLessThanOrEqual(1_700_000_123_456 - range + wanted.step!);
    }
    expect(asked(3_600_000, 'NONE', 5_000_000)).toEqual({ from: 1_400_000, to: 5_000_001, agg: 'NONE', limit: 10_000, order: 'desc' });
    expect(stepOf(3_600_000)).toBe(15_000);
  });
  it('stand in one column a key over all times, with null where there is none', () => {
    const series = { a: [at(3000, 3), at(1000, true)], b: [at(2000, 'text'), at(3000, 7)] };
    expect(columns(series, ['a', 'b', 'gone'])).toEqual([[1, 2, 3], [1, null, 3], [null, null, 7], [null, null, null]]);
  });
  it('are CSV that a spreadsheet reads and does not run', () => {
    const series = { 'a,"b"': [at(0, '=1+1'), at(1000, -2)], c: [at(1000, 'two\nlines'), at(2000, { x: 1 })] };
    expect(csvOf(series, ['a,"b"', 'c']).split('\r\n')).toEqual([
      'ts,time,"a,""b""",c', "0,1970-01-01T00:00:00.000Z,'=1+1,", '1000,1970-01-01T00:00:01.000Z,-2,"two\nlines"', '2000,1970-01-01T00:00:02.000Z,,"{""x"":1}"', '',
    ]);
  });
  it('grow at the end and stay short', () => {
    const points = Array.from({ length: 60 }, (_, i) => at(i, i)).reduce<Stamped[]>(grown, []);
    expect([points.length, points[0]!.ts, points.at(-1)!.ts]).toEqual([40, 20, 59]);
    expect(grown(points, at(59, 99)).at(-1)!.value).toBe(99);
    expect(grown(points, at(5, 0))).toEqual(points);
  });
  it('are a line only where there are numbers', () => {
    expect(spark([at(0, 'a'), at(1, 2)], 100, 20)).toBe('');
    expect(spark([at(0, 0), at(10, 10)], 102, 20)).toBe('M1.0 18.0L101.0 2.0');
    expect(spark([at(0, 5), at(10, 5)], 102, 20)).toBe('M1.0 10.0L101.0 10.0');
    expect([numeric(true), numeric('1'), numeric(Number.NaN)]).toEqual([1, undefined, undefined]);
  });
});

describe('digits', () => {
  it('stay as the server sent them', () => {
    const text = '{"a":12345678901234567890,"b":[-9007199254740993,1.5,12],"c":0.30000000000000004}';
    // Node may be too old for this; browsers are not
    if ('rawJSON' in JSON) expect(JSON.stringify(decode(text))).toBe(text);
    expect(decode('{"a":1}')).toEqual({ a: 1 });
    expect(() => decode('{')).toThrow(SyntaxError);
  });
});

describe('values', () => {
  it('go to text and back by their kind', () => {
    for (const value of ['', ' x ', 12.5, -3, true, false, { a: [1] }, [1, 'x']]) expect(readAs(kindOf(value), written(value, kindOf(value)))).toEqual(value);
    expect([readAs('number', ''), readAs('number', '1,5'), readAs('boolean', 'yes'), readAs('json', '{'), readAs('json', 'null')]).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });
  it('are indented without touching a digit', () => {
    expect(pretty('{"a":12345678901234567890,"b":[1.10,{}],"c":"x, {y}: \\"z\\""}')).toBe('{\n  "a": 12345678901234567890,\n  "b": [\n    1.10,\n    {}\n  ],\n  "c": "x, {y}: \\"z\\""\n}');
    expect(pretty('not { json')).toBe('not { json');
  });
  it('stand in a shell line as one word', () => {
    expect([quoted('a.b/c'), quoted("it's"), quoted('')]).toEqual(['a.b/c', `'it'"'"'s'`, "''"]);
    expect(curlOf('http://h/x', { 'X-A': '1 2' }, '{"a":"b"}')).toBe(`curl -i -X POST http://h/x -H 'X-A: 1 2' -d '{"a":"b"}'`);
  });
  it('make a query of what is given', () => {
    expect(query({ q: 'a b&c', limit: 5, cursor: null, level: '', from: 0 })).toBe('?q=a%20b%26c&limit=5&from=0');
    expect(query({})).toBe('');
  });
});

describe('words of the pages', () => {
  it('come with the first page that needs them, and in the next language too', async () => {
    expect(t('dev.seen')).toBe('dev.seen');
    await openBook('places');
    expect(t('dev.seen')).toBe('Last seen');
    await loadLanguage('de');
    expect([t('dev.seen'), t('cancel')]).toEqual(['Zuletzt gesehen', 'Abbrechen']);
    await loadLanguage('en');
    expect([age(0, 12_000), age(0, 7_300_000), age(0, 0)]).toEqual(['12s ago', '2h ago', 'now']);
  });
});
