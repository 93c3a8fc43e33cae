/** What a person chose about the page: theme and language; kept in this browser. */
import { create } from 'zustand';
import { keepSetting, readSetting } from '../core/drafts';
import { chooseLanguage, loadLanguage, type Language } from '../core/i18n';

export type Theme = 'light' | 'dark' | 'system';

interface Prefs {
  theme: Theme;
  /** The colours on the page now: the theme, or those that the person has chosen for everything. */
  colours: string;
  language: Language;
  letters: boolean;
  palette: boolean;
  /** Node types that stand first in the palette. */
  favourites: readonly string[];
}

const dark = window.matchMedia('(prefers-color-scheme: dark)');
const forced = window.matchMedia('(forced-colors: active)');

export const usePrefs = create<Prefs>(() => ({
  theme: readSetting<Theme>('theme', 'system'),
  colours: '',
  language: chooseLanguage(readSetting<string | null>('language', null) ?? navigator.language),
  letters: readSetting('letters', true),
  palette: readSetting('palette', true),
  favourites: readSetting<string[]>('favourites', []),
}));

export function setTheme(theme: Theme): void {
  usePrefs.setState({ theme });
  keepSetting('theme', theme);
  paint();
}

export async function setLanguage(language: Language): Promise<void> {
  await loadLanguage(language);
  document.documentElement.lang = language;
  if (usePrefs.getState().language !== language) keepSetting('language', language);
  usePrefs.setState({ language });
}

export function setPref(name: 'letters' | 'palette', value: boolean): void {
  usePrefs.setState({ [name]: value });
  keepSetting(name, value);
}

export function toggleFavourite(type: string): void {
  const { favourites } = usePrefs.getState();
  const next = favourites.includes(type) ? favourites.filter((item) => item !== type) : [...favourites, type];
  usePrefs.setState({ favourites: next });
  keepSetting('favourites', next);
}

/** Put the theme on the page, now and when the system changes. */
export function paint(): void {
  const { theme } = usePrefs.getState();
  const shown = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme;
  document.documentElement.dataset.theme = shown;
  usePrefs.setState({ colours: `${shown} ${forced.matches} ${dark.matches}` });
}

dark.addEventListener('change', paint);
forced.addEventListener('change', paint);
