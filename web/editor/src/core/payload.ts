/** Payloads as a person writes them (JSON, text, bytes in hex) and as they travel (base64). */
export type ContentType = 'JSON' | 'TEXT' | 'BINARY';
export const CONTENT_TYPES: readonly ContentType[] = ['JSON', 'TEXT', 'BINARY'];
export const MIME: Record<ContentType, string> = { JSON: 'application/json', TEXT: 'text/plain', BINARY: 'application/octet-stream' };

const CHUNK = 8192;

/** The bytes of a text; an Error that a person understands when it is no hex. */
export function bytesOf(text: string, type: ContentType): Uint8Array {
  if (type !== 'BINARY') return new TextEncoder().encode(text);
  const digits = text.replace(/0x/gi, '').replace(/[\s,:;-]/g, '');
  if (!/^[0-9a-f]*$/i.test(digits) || digits.length % 2) throw new Error('hex');
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += CHUNK) binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(binary);
}

export const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** Bytes as a person reads them: 16 in a line. */
export const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte, at) => `${byte.toString(16).padStart(2, '0')}${at % 16 === 15 ? '\n' : ' '}`).join('').trim();

/** Bytes as text; undefined when they are none. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

export interface Written {
  type: ContentType;
  text: string;
}

/** How bytes are best shown: JSON put in lines, text as it is, or hex. */
export function written(bytes: Uint8Array): Written {
  const text = textOf(bytes);
  if (text === undefined) return { type: 'BINARY', text: hexOf(bytes) };
  return isJson(text) ? { type: 'JSON', text: pretty(text) } : { type: 'TEXT', text };
}

/** The payload of an event: text, or bytes behind a mark. */
export function ofEvent(payload: string): Written {
  return written(payload.startsWith('base64:') ? fromBase64(payload.slice(7)) : new TextEncoder().encode(payload));
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** JSON in lines; what is none, or has numbers that would change, stays as it is. */
export function pretty(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    const short = JSON.stringify(value);
    return short.replace(/\s/g, '') === text.replace(/\s/g, '') ? JSON.stringify(value, null, 2) : text;
  } catch {
    return text;
  }
}
