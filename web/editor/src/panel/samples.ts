/** Messages to try a node with: a sample, the examples of its type, and what really came to it. */
import { api } from '../core/api';
import { clock, t } from '../core/i18n';
import type { MessageView, NodeType } from '../core/types';

/** A message in the words of scripts. */
export interface Sample {
  msgType: string;
  msg: unknown;
  metadata: Record<string, string>;
}

export interface Source {
  key: string;
  label: string;
  sample: Sample;
  originator?: { kind?: string; id?: string; name?: string; type?: string };
  given?: object;
}

export const SAMPLE: Sample = {
  msgType: 'POST_TELEMETRY_REQUEST',
  msg: { temperature: 33.4, humidity: 41 },
  metadata: { deviceName: 'Thermostat 7-12', deviceType: 'thermostat' },
};

export function sampleOf(message: MessageView): Sample {
  return { msgType: message.type, msg: message.data, metadata: message.metadata };
}

/** What can be chosen without asking the server. */
export function builtIn(type: NodeType): Source[] {
  const examples = type.examples.map((example, index) => {
    const { type: msgType = SAMPLE.msgType, data = {}, metadata = {}, originator } = example.message as Record<string, never>;
    return {
      key: `example-${index}`, label: t('test.example', { title: example.title }), sample: { msgType, msg: data, metadata },
      ...(originator ? { originator } : {}), ...(Object.keys(example.given).length ? { given: example.given } : {}),
    };
  });
  return [{ key: 'sample', label: t('test.sample'), sample: SAMPLE }, ...examples];
}

const LOOKED_AT = 12;
const OFFERED = 5;

/** The last real messages that came to a node, out of the newest traces. */
export async function captured(chain: string, node: string): Promise<Source[]> {
  const heads = await api.traces({ chain, node }, LOOKED_AT);
  const traces = await Promise.all(heads.map((head) => api.trace(head.id).catch(() => undefined)));
  return traces.flatMap((trace) => {
    const hop = trace?.hops.find((item) => item.node === node && item.chain === chain);
    if (!trace || !hop) return [];
    const { kind, id, name } = hop.in.originator;
    const label = t('test.captured', { time: clock(trace.startedTs), name: trace.originator });
    return [{ key: `trace-${trace.id}`, label, sample: sampleOf(hop.in), originator: { kind, id, name } }];
  }).slice(0, OFFERED);
}
