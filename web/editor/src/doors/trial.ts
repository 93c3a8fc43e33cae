/** One run of a converter's script on a sample. */
import { api, ApiError } from '../core/api';
import { t } from '../core/i18n';
import { bytesOf, fromBase64, toBase64, written, type ContentType } from '../core/payload';
import { template, UPLINK_METADATA, type Direction } from '../core/templates';
import type { ConverterTestResult, ConverterView, SamplePayload } from '../core/types';

/** What is tried: the script, and what goes into it. For a downlink `text` is a message as JSON. */
export interface Bench {
  script: string;
  type: ContentType;
  text: string;
  metadata: string;
}

export interface Outcome {
  bench: Bench;
  result?: ConverterTestResult;
  /** What kept it from running at all. */
  refused?: string;
}

export const newBench = (direction: Direction, type: ContentType = 'JSON'): Bench => {
  const { script, sample } = template(direction, type);
  return { script, type, text: sample, metadata: JSON.stringify(UPLINK_METADATA, null, 2) };
};

export async function runTrial(direction: Direction, bench: Bench): Promise<Outcome> {
  let given: object;
  try {
    given = direction === 'uplink' ? { payload: toBase64(bytesOf(bench.text, bench.type)), metadata: asTexts(bench.metadata) } : message(bench.text);
  } catch (error) {
    return { bench, refused: (error as Error).message === 'hex' ? t('bench.badHex') : t('bench.badMetadata') };
  }
  try {
    return { bench, result: await api.testConverter({ direction, language: 'python', script: bench.script, ...given }) };
  } catch (error) {
    const first = error instanceof ApiError ? error.errors[0]?.message : undefined;
    return { bench, refused: first ?? ((error as Error).message === 'offline' ? t('offline') : String((error as Error).message)) };
  }
}

function asTexts(json: string): Record<string, string> {
  const value = JSON.parse(json.trim() || '{}') as Record<string, unknown>;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('metadata');
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, typeof item === 'string' ? item : JSON.stringify(item)]));
}

function message(json: string): object {
  const { msg = null, metadata = {}, msgType = 'POST_TELEMETRY_REQUEST', integrationMetadata = {} } = JSON.parse(json) as Record<string, unknown>;
  return { msg, metadata, msgType, integrationMetadata };
}

export const isGood = (outcome: Outcome | null, bench: Bench): boolean => outcome?.bench.script === bench.script && outcome.bench.text === bench.text && !!outcome.result && !outcome.result.error;

/** A sample as the server keeps it, and back. */
export const keptSample = (name: string, direction: Direction, { type, text, metadata }: Bench): SamplePayload => ({
  name, contentType: type, payload: toBase64(bytesOf(text, type)), metadata: direction === 'uplink' ? asTexts(metadata) : {},
});

export function ofSample(sample: SamplePayload): Omit<Bench, 'script'> {
  const { type, text } = written(fromBase64(sample.payload));
  const kept = sample.contentType;
  // What was kept as text stays text, though it may read as JSON.
  return { type: kept === 'TEXT' && type === 'JSON' ? 'TEXT' : type, text, metadata: JSON.stringify(sample.metadata, null, 2) };
}

/** What a new converter keeps of what it was tried with: nothing when that came with the template. */
export function firstSamples(direction: Direction, bench: Bench): SamplePayload[] {
  if (bench.text === template(direction, bench.type).sample) return [];
  try {
    return [keptSample(t('bench.sample'), direction, bench)];
  } catch {
    return [];
  }
}

const PASSED = '{"deviceName":"Thermostat-1","deviceType":"thermostat","telemetry":{"temperature":21.5}}';

/** A payload that a converter understands as far as is known; without a converter device messages come as JSON. */
export const sampleFor = (converter: ConverterView | undefined): { type: ContentType; text: string } =>
  (converter?.samples[0] ? ofSample(converter.samples[0]) : { type: 'JSON', text: converter ? template('uplink', 'JSON').sample : PASSED });
