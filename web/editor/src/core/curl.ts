/** curl command lines: made for a person to copy, and read when a person pastes one. */
import { bytesOf, MIME, type ContentType } from './payload';

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`);

export interface Request {
  url: string;
  headers: Readonly<Record<string, string>>;
  type: ContentType;
  text: string;
}

/** A command line for any POSIX shell that sends the payload; bytes that are no text go in through printf. */
export function curlLine({ url, headers, type, text }: Request): string {
  const all = { 'Content-Type': MIME[type], ...headers };
  const parts = ['curl', '-i', '-X', 'POST', url, ...Object.entries(all).flatMap(([name, value]) => ['-H', `${name}: ${value}`])].map(quoted);
  if (type !== 'BINARY') return [...parts, '-d', quoted(type === 'JSON' ? compact(text) : text)].join(' ').replace(' -d ', type === 'TEXT' ? ' --data-binary ' : ' -d ');
  const octal = Array.from(bytesOf(text, 'BINARY'), (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
  return `printf '${octal}' | ${[...parts, '--data-binary', '@-'].join(' ')}`;
}

/** JSON on one line where nothing is lost by it. */
function compact(text: string): string {
  try {
    const short = JSON.stringify(JSON.parse(text));
    return short.replace(/\s/g, '') === text.replace(/\s/g, '') ? short : text;
  } catch {
    return text;
  }
}

export interface Pasted {
  url: string;
  headers: Record<string, string>;
  body: string;
}

const BODY = new Set(['-d', '--data', '--data-raw', '--data-binary', '--data-ascii', '--json']);
// Options with a value that says nothing about the payload.
const VALUED = new Set(['-X', '--request', '-u', '--user', '-A', '--user-agent', '-o', '--output', '-m', '--max-time', '--connect-timeout', '-b', '--cookie', '-e', '--referer', '--cacert', '-E', '--cert', '--key', '-x', '--proxy', '--retry', '-w', '--write-out']);

/** What a pasted curl line would send; undefined when it is none. */
export function parseCurl(line: string): Pasted | undefined {
  const words = shellWords(line.replace(/\\\r?\n/g, ' '));
  const start = words.findIndex((word) => /(^|\/)curl(\.exe)?$/.test(word));
  if (start < 0) return undefined;
  const found: Pasted = { url: '', headers: {}, body: '' };
  const bodies: string[] = [];
  for (let at = start + 1; at < words.length; at++) {
    let word = words[at]!;
    let value: string | undefined;
    const equals = /^(--[\w-]+)=(.*)$/s.exec(word);
    if (equals) [word, value] = [equals[1]!, equals[2]!];
    else if (/^-[dHX]./.test(word)) [word, value] = [word.slice(0, 2), word.slice(2)];
    const take = () => value ?? words[++at] ?? '';
    if (BODY.has(word)) {
      bodies.push(take());
      if (word === '--json') found.headers['Content-Type'] ??= MIME.JSON;
    } else if (word === '-H' || word === '--header') header(found, take());
    else if (word === '--url') found.url = take();
    else if (VALUED.has(word)) take();
    else if (!word.startsWith('-')) found.url ||= word;
  }
  found.body = bodies.join('&');
  return found;
}

function header(found: Pasted, text: string): void {
  const colon = text.indexOf(':');
  if (colon > 0) found.headers[text.slice(0, colon).trim()] = text.slice(colon + 1).trim();
}

const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"' };

/** A command line in its words, as a shell takes them apart: quotes of three kinds and backslashes. */
export function shellWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length; at++) {
    const letter = line[at]!;
    if (/\s/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (letter === "'" || (letter === '$' && line[at + 1] === "'")) {
      const [text, end] = letter === "'" ? plain(line, at + 1) : escaped(line, at + 2);
      word = (word ?? '') + text;
      at = end;
    } else if (letter === '"') {
      word ??= '';
      for (at++; at < line.length && line[at] !== '"'; at++) {
        if (line[at] === '\\' && /["\\$`]/.test(line[at + 1] ?? '')) at++;
        word += line[at]!;
      }
    } else {
      if (letter === '\\' && at + 1 < line.length) at++;
      word = (word ?? '') + line[at]!;
    }
  }
  return word === undefined ? words : [...words, word];
}

function plain(line: string, from: number): [string, number] {
  const end = line.indexOf("'", from);
  return end < 0 ? [line.slice(from), line.length] : [line.slice(from, end), end];
}

function escaped(line: string, from: number): [string, number] {
  let text = '';
  let at = from;
  for (; at < line.length && line[at] !== "'"; at++) {
    if (line[at] !== '\\') { text += line[at]!; continue; }
    const unicode = /^u([0-9a-f]{4})/i.exec(line.slice(at + 1));
    if (unicode) { text += String.fromCharCode(parseInt(unicode[1]!, 16)); at += 5; }
    else { text += ESCAPES[line[at + 1] ?? ''] ?? line.slice(at, at + 2); at++; }
  }
  return [text, at];
}

