/** Words of the page in the person's language. Keys with `.one`/`.other` are plural forms by the rules of the language. */
import { en, type Words } from './words/en';

export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

let words: Words = en;
let language: Language = 'en';
let plural = new Intl.PluralRules('en');

export function chooseLanguage(wanted: string | null | undefined): Language {
  const short = (wanted ?? '').slice(0, 2).toLowerCase();
  return (LANGUAGES as readonly string[]).includes(short) ? (short as Language) : 'en';
}

export async function loadLanguage(wanted: Language): Promise<void> {
  words = wanted === 'de' ? await german() : en;
  language = wanted;
  plural = new Intl.PluralRules(wanted);
}

async function german(): Promise<Words> {
  const { de } = await import('./words/de');
  return { ...en, ...de };
}

export const currentLanguage = (): Language => language;

/** The text of a key with its `{values}`; the key itself when there is none. */
export function t(key: string, values: Record<string, string | number> = {}): string {
  const text = (words as Record<string, string>)[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

/** The text for a number of things. */
export function tn(key: string, n: number): string {
  const form = `${key}.${plural.select(n)}`;
  const values = { n: n.toLocaleString(language) };
  return form in words ? t(form, values) : t(`${key}.other`, values);
}

export function clock(ts: number): string {
  return new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(ts);
}

export function moment(ts: number): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(ts);
}

/** Microseconds as a person reads them. */
export function duration(us: number): string {
  if (us >= 1_000_000) return `${(us / 1_000_000).toFixed(1)} s`;
  return us >= 1000 ? `${(us / 1000).toFixed(1)} ms` : `${us} µs`;
}
