/** The pages: where each is, what it is made of, and its place in the rail. The server knows the same paths. */
import { lazy, type ComponentType } from 'react';
import { CHAINS, CONVERTERS, HOME, INTEGRATIONS } from './state/router';

/** `id` is what stands for `:id` in the path. */
export interface PageProps {
  id: string;
  language: string;
}

export interface Route {
  path: string;
  page: ComponentType<PageProps>;
}

export const ROUTES: readonly Route[] = [
  { path: HOME, page: lazy(() => import('./pages/HomePage')) },
  { path: CHAINS, page: lazy(() => import('./pages/ChainsPage')) },
  { path: `${CHAINS}/:id`, page: lazy(() => import('./pages/EditorPage')) },
  { path: INTEGRATIONS, page: lazy(() => import('./pages/IntegrationsPage')) },
  { path: `${INTEGRATIONS}/new`, page: lazy(() => import('./pages/WizardPage')) },
  { path: `${INTEGRATIONS}/:id`, page: lazy(() => import('./pages/IntegrationPage')) },
  { path: CONVERTERS, page: lazy(() => import('./pages/ConvertersPage')) },
  { path: `${CONVERTERS}/:id`, page: lazy(() => import('./pages/ConverterPage')) },
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
