/** Values as text and back, and lines for a shell. */
import { decode } from './exact';

export const KINDS = ['text', 'number', 'boolean', 'json'] as const;
export type Kind = (typeof KINDS)[number];

/** A value as a person reads it in a table. */
export const shown = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

export function kindOf(value: unknown): Kind {
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return 'number';
  return typeof value === 'boolean' ? 'boolean' : 'json';
}

/** A value as it stands in a field of its kind. */
export const written = (value: unknown, kind: Kind): string => (kind === 'json' ? (JSON.stringify(value, null, 2) ?? '') : shown(value));

/** The value that a person wrote; undefined when the text is none of that kind. */
export function readAs(kind: Kind, text: string): unknown {
  if (kind === 'text') return text;
  if (kind === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  if (kind === 'number') return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;
  try {
    const value = decode(text);
    return value === null ? undefined : value;
  } catch {
    return undefined;
  }
}

/** JSON with indents where a text is JSON, else the text as it is; digits stay as they are written. */
export function pretty(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  let depth = 0;
  const line = (by: number) => `\n${'  '.repeat((depth += by))}`;
  const parts = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g) ?? [];
  return parts.map((part, at) => {
    if (part === '{' || part === '[') return parts[at + 1] === (part === '{' ? '}' : ']') ? part : part + line(1);
    if (part === '}' || part === ']') return parts[at - 1] === (part === '}' ? '{' : '[') ? part : line(-1) + part;
    return part === ',' ? `,${line(0)}` : part === ':' ? ': ' : part;
  }).join('');
}

/** One word of a shell line, whatever is in it. */
export const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`);

/** The curl line of a request. */
export function curlOf(url: string, headers: Record<string, string>, body: string): string {
  const given = Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  return ['curl -i -X POST', quoted(url), ...given, '-d', quoted(body)].join(' ');
}
