/** Paths into a sample value, as a script writes them: what completion offers. */
export interface SamplePath {
  path: string;
  sample: unknown;
}

const NAME = /^[A-Za-z_]\w*$/;

export function pathsOf(value: unknown, prefix: string, depth = 4): SamplePath[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !depth) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const path = NAME.test(key) ? `${prefix}.${key}` : `${prefix}[${JSON.stringify(key)}]`;
    return [{ path, sample: inner }, ...pathsOf(inner, path, depth - 1)];
  });
}

/** The paths of a message for a script with these parameters. */
export function scriptPaths(message: { msg: unknown; metadata: unknown; msgType: string }, parameters: readonly string[]): SamplePath[] {
  const all: Record<string, SamplePath[]> = {
    msg: [{ path: 'msg', sample: message.msg }, ...pathsOf(message.msg, 'msg')],
    metadata: [{ path: 'metadata', sample: message.metadata }, ...pathsOf(message.metadata, 'metadata')],
    msgType: [{ path: 'msgType', sample: message.msgType }],
  };
  return parameters.flatMap((name) => all[name] ?? [{ path: name, sample: undefined }]);
}
