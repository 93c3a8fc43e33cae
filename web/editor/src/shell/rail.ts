/** What the rail at the side leads to, from top to bottom. */
import { CHAINS, CONVERTERS, DEAD_LETTERS, DEVICES, EVENTS, HOME, INTEGRATIONS, SETTINGS } from '../state/router';

export const RAIL: readonly { path: string; icon: string; word: string }[] = [
  { path: HOME, icon: 'home', word: 'nav.home' },
  { path: CHAINS, icon: 'workflow', word: 'nav.chains' },
  { path: INTEGRATIONS, icon: 'plug', word: 'nav.integrations' },
  { path: CONVERTERS, icon: 'convert', word: 'nav.converters' },
  { path: DEVICES, icon: 'cpu', word: 'nav.devices' },
  { path: EVENTS, icon: 'scroll-text', word: 'nav.events' },
  { path: DEAD_LETTERS, icon: 'inbox', word: 'nav.dead' },
  { path: SETTINGS, icon: 'settings', word: 'nav.settings' },
];
