import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { curlLine, parseCurl, shellWords } from '../src/core/curl';
import { bytesOf, fromBase64, hexOf, ofEvent, pretty, toBase64, written } from '../src/core/payload';
import { isUntouched, template } from '../src/core/templates';

const nasty = `it's "quoted" $HOME \`id\` \\ 🌡️ قاعدة <b>`;

describe('a curl line', () => {
  const request = { url: 'http://127.0.0.1:8080/api/v1/integrations/http/k', headers: { 'X-Key': nasty }, type: 'JSON' as const, text: JSON.stringify({ n: nasty }, null, 2) };
  it('says to a shell exactly what is meant', () => {
    const asked = execFileSync('sh', ['-c', curlLine(request).replace(/^curl/, "printf '%s\\n'")], { encoding: 'utf8' });
    expect(asked).toContain(`X-Key: ${nasty}\n`);
    expect(asked).toContain(`${JSON.stringify({ n: nasty })}\n`);
  });
  it('is read as it was made', () => {
    const found = parseCurl(curlLine(request))!;
    expect([found.url, found.headers['X-Key'], JSON.parse(found.body)]).toEqual([request.url, nasty, { n: nasty }]);
  });
  it('carries bytes that are no text', () => {
    const line = curlLine({ ...request, headers: {}, type: 'BINARY', text: '00 ff 27 5c 0a' });
    const bytes = execFileSync('sh', ['-c', line.slice(0, line.indexOf(' | '))]);
    expect([...bytes]).toEqual([0, 255, 0x27, 0x5c, 10]);
  });
  it('keeps the line ends of a text', () => {
    const line = curlLine({ ...request, type: 'TEXT', text: 'a\nb\n' });
    expect(line).toContain('--data-binary');
    expect(parseCurl(line)!.body).toBe('a\nb\n');
  });
  it('does not change numbers that JavaScript cannot hold', () => {
    expect(curlLine({ ...request, text: '{"id": 12345678901234567890}' })).toContain('12345678901234567890');
  });
  it.each([
    [`curl -d '{"a":1}' -H 'X-A: b' http://x/`, { url: 'http://x/', headers: { 'X-A': 'b' }, body: '{"a":1}' }],
    [`curl --json '{}' "http://x/"`, { url: 'http://x/', headers: { 'Content-Type': 'application/json' }, body: '{}' }],
    [`$ curl -XPOST --url=http://x/ \\\n  --data-raw $'it\\'s\\u0041'`, { url: 'http://x/', headers: {}, body: `it'sA` }],
    [`/usr/bin/curl -s -u me:secret -d a=1 -d b=2 http://x/`, { url: 'http://x/', headers: {}, body: 'a=1&b=2' }],
  ])('is understood in other ways of writing: %s', (line, found) => expect(parseCurl(line)).toEqual(found));
  it('is not seen where there is none', () => expect([parseCurl(''), parseCurl('wget http://x/')]).toEqual([undefined, undefined]));
  it('is taken apart as a shell does', () => expect(shellWords(`a 'b c' "d \\" e" f\\ g ''`)).toEqual(['a', 'b c', 'd " e', 'f g', '']));
});

describe('payloads', () => {
  it('travel as base64 and come back', () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, at) => at % 256);
    expect(fromBase64(toBase64(bytes))).toEqual(bytes);
  });
  it('are bytes in hex however they are written', () => expect([...bytesOf('0x00 ff,1A-2b', 'BINARY')]).toEqual([0, 255, 0x1a, 0x2b]));
  it.each(['0', 'zz', '0 1 2'])('that are no hex are refused: %s', (text) => expect(() => bytesOf(text, 'BINARY')).toThrow('hex'));
  it('are shown as what they are', () => {
    expect(written(bytesOf('{"a":1}', 'JSON'))).toEqual({ type: 'JSON', text: '{\n  "a": 1\n}' });
    expect(written(bytesOf('a;b', 'TEXT'))).toEqual({ type: 'TEXT', text: 'a;b' });
    expect(ofEvent('base64:AP8=')).toEqual({ type: 'BINARY', text: '00 ff' });
    expect(hexOf(new Uint8Array(17)).split('\n')).toHaveLength(2);
  });
  it('keep numbers that would change', () => expect(pretty('{"id":12345678901234567890}')).toBe('{"id":12345678901234567890}'));
});

describe('templates', () => {
  it('can be told from what a person wrote', () => {
    expect([isUntouched(template('uplink', 'TEXT').script), isUntouched(''), isUntouched('return {}')]).toEqual([true, true, false]);
  });
});
