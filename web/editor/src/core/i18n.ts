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

/** Words that only some pages need; they are fetched with the first of these pages. */
const BOOKS = {
  doors: { en: async () => (await import('./words/en-doors')).enDoors, de: async () => { const { deDoors, deForm } = await import('./words/de-doors'); return { ...deDoors, ...deForm }; } },
  places: { en: async () => (await import('./words/places')).places, de: async () => (await import('./words/de-places')).dePlaces },
} as const;
type Book = keyof typeof BOOKS;
const open = new Set<Book>();

export async function loadLanguage(wanted: Language): Promise<void> {
  const more = await Promise.all([...open].map((book) => BOOKS[book][wanted]()));
  words = Object.assign({}, wanted === 'de' ? await german() : en, ...more) as Words;
  language = wanted;
  plural = new Intl.PluralRules(wanted);
}

/** Have the words of a book at hand, in this language and in the next one chosen. */
export async function openBook(book: Book): Promise<void> {
  if (open.has(book)) return;
  open.add(book);
  await loadLanguage(language);
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

export function moment(ts: number, withSeconds = false): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: withSeconds ? 'medium' : 'short' }).format(ts);
}

/** Microseconds as a person reads them. */
export function duration(us: number): string {
  if (us >= 1_000_000) return `${(us / 1_000_000).toFixed(1)} s`;
  return us >= 1000 ? `${(us / 1000).toFixed(1)} ms` : `${us} µs`;
}

/** How long ago a moment was, in short: "12s ago". */
export function age(ts: number, now: number): string {
  const seconds = Math.round((ts - now) / 1000);
  const [size, unit] = UNITS.find(([length]) => Math.abs(seconds) >= length) ?? [1, 'second'];
  return new Intl.RelativeTimeFormat(language, { style: 'narrow', numeric: 'auto' }).format(Math.trunc(seconds / size), unit);
}

const UNITS: readonly (readonly [number, Intl.RelativeTimeFormatUnit])[] = [[86_400, 'day'], [3600, 'hour'], [60, 'minute']];

export const number = (value: number, digits = 0): string => value.toLocaleString(language, { maximumFractionDigits: digits });
