/** What a person has filled in for a new integration: stays through Back and a change of language. */
import { create } from 'zustand';
import { api, ApiError } from '../core/api';
import { t } from '../core/i18n';
import type { Direction } from '../core/templates';
import type { IntegrationView } from '../core/types';
import { securityOf, type Header } from '../doors/Connection';
import { firstSamples, newBench, type Bench, type Outcome } from '../doors/trial';
import { toast } from './editor';

export const STEPS = ['type', 'uplink', 'downlink', 'connection', 'done'] as const;
export type Step = (typeof STEPS)[number];

/** One converter of the new integration. */
export interface Part {
  mode: 'create' | 'choose' | 'skip';
  chosen: string;
  name: string;
  bench: Bench;
  outcome: Outcome | null;
  /** Made by an earlier try to add the integration. */
  made: string;
}

export interface Wizard {
  step: Step;
  name: string;
  enabled: boolean;
  debug: boolean;
  allowCreate: boolean;
  uplink: Part;
  downlink: Part;
  routingKey: string;
  headers: readonly Header[];
  options: Readonly<Record<string, unknown>>;
  made: IntegrationView | null;
}

/** 128 bits that nobody can guess, in hex. */
const newKey = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

const part = (direction: Direction, mode: Part['mode']): Part => ({ mode, chosen: '', name: '', bench: newBench(direction), outcome: null, made: '' });
const fresh = (): Wizard => ({ step: 'type', name: '', enabled: true, debug: true, allowCreate: true, uplink: part('uplink', 'create'), downlink: part('downlink', 'skip'), routingKey: newKey(), headers: [], options: {}, made: null });

export const useWizard = create<Wizard>(fresh);
export const setWizard = useWizard.setState;
export const resetWizard = (): void => setWizard(fresh(), true);

export const change = (direction: Direction, values: Partial<Part>): void => setWizard((state) => ({ [direction]: { ...state[direction], ...values } }));
export const partName = (state: Wizard, direction: Direction): string => state[direction].name || t(`wiz.name.${direction}`, { name: state.name.trim() });

/** Whether anything would be lost by leaving. */
export const isBegun = (state: Wizard): boolean => !state.made && (state.step !== 'type' || state.name !== '');

const DEBUG_MIN = 15;

/** Make the converters and the integration; what was made by an earlier try is used again. */
export async function add(): Promise<void> {
  const uplinkConverterId = await converter('uplink');
  const downlinkConverterId = await converter('downlink');
  const { name, enabled, debug, allowCreate, routingKey, headers, options } = useWizard.getState();
  const made = await api.createIntegration({
    name: name.trim(), type: 'http', routingKey, enabled, allowCreateDevicesOrAssets: allowCreate, uplinkConverterId, downlinkConverterId, security: securityOf(headers), ...options,
  });
  // Before anybody is shown where to send to: what came earlier would be missing among the events
  const kept = debug ? await api.debugIntegration(made.id, DEBUG_MIN).catch((error: ApiError) => { toast(error.message, { bad: true }); return made; }) : made;
  setWizard({ made: kept, step: 'done' });
}

async function converter(direction: Direction): Promise<string | null> {
  const state = useWizard.getState();
  const { mode, chosen, bench, made } = state[direction];
  if (mode === 'skip') return null;
  if (mode === 'choose') return chosen || null;
  const body = { name: partName(state, direction), direction, language: 'python' as const, script: bench.script, samples: firstSamples(direction, bench) };
  try {
    const { id } = made ? await api.saveConverter(made, body) : await api.createConverter(body);
    change(direction, { made: id });
    return id;
  } catch (error) {
    if (error instanceof ApiError) throw new ApiError(error.status, error.title, `${body.name}: ${error.message}`, error.errors);
    throw error;
  }
}
