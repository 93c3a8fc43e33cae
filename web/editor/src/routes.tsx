/** The pages: where each is, what it is made of, and its place in the rail. The server knows the same paths. */
import { lazy, type ComponentType } from 'react';
import { openBook } from './core/i18n';
import { CHAINS, CONVERTERS, DEAD_LETTERS, DEVICES, EVENTS, HOME, INTEGRATIONS, SETTINGS, TRACES } from './state/router';

/** `id` is what stands for `:id` in the path. */
export interface PageProps {
  id: string;
  language: string;
}

export interface Route {
  path: string;
  page: ComponentType<PageProps>;
}

/** A page with words of its own. */
const place = (load: () => Promise<{ default: ComponentType<PageProps> }>, book: 'places' | 'doors' = 'places') => lazy(async () => (await Promise.all([load(), openBook(book)]))[0]);

export const ROUTES: readonly Route[] = [
  { path: HOME, page: place(() => import('./pages/HomePage')) },
  { path: CHAINS, page: lazy(() => import('./pages/ChainsPage')) },
  { path: `${CHAINS}/:id`, page: lazy(() => import('./pages/EditorPage')) },
  { path: INTEGRATIONS, page: place(() => import('./pages/IntegrationsPage'), 'doors') },
  { path: `${INTEGRATIONS}/new`, page: place(() => import('./pages/WizardPage'), 'doors') },
  { path: `${INTEGRATIONS}/:id`, page: place(() => import('./pages/IntegrationPage'), 'doors') },
  { path: CONVERTERS, page: place(() => import('./pages/ConvertersPage'), 'doors') },
  { path: `${CONVERTERS}/:id`, page: place(() => import('./pages/ConverterPage'), 'doors') },
  { path: DEVICES, page: place(() => import('./pages/DevicesPage')) },
  { path: `${DEVICES}/:id`, page: place(() => import('./pages/DevicePage')) },
  { path: EVENTS, page: place(() => import('./pages/EventsPage')) },
  { path: DEAD_LETTERS, page: place(() => import('./pages/DeadLettersPage')) },
  { path: SETTINGS, page: place(() => import('./pages/SettingsPage')) },
  { path: `${TRACES}/:id`, page: place(() => import('./pages/TracePage')) },
];

/** The first page whose path fits, and its id. */
export function pageAt(path: string): { route: Route; id: string } | undefined {
  const parts = path.split('/');
  for (const route of ROUTES) {
    const wanted = route.path.split('/');
    if (wanted.length === parts.length && wanted.every((part, at) => (part === ':id' ? parts[at] : part === parts[at]))) {
      return { route, id: decode(parts[wanted.indexOf(':id')] ?? '') };
    }
  }
  return undefined;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
