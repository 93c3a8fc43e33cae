/** What the rail at the side leads to, from top to bottom. */
import { CHAINS, CONVERTERS, HOME, INTEGRATIONS } from '../state/router';

export const RAIL: readonly { path: string; icon: string; word: string }[] = [
  { path: HOME, icon: 'home', word: 'nav.home' },
  { path: CHAINS, icon: 'workflow', word: 'nav.chains' },
  { path: INTEGRATIONS, icon: 'plug', word: 'nav.integrations' },
  { path: CONVERTERS, icon: 'convert', word: 'nav.converters' },
];
