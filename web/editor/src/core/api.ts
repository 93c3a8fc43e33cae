/** The management API: one function for each call that the editor makes. */
import { decode } from './exact';
import { currentLanguage } from './i18n';
import type {
  ConverterBody, ConverterTest, ConverterTestResult, ConverterView, IntegrationBody, IntegrationType, IntegrationView,
  ChainSummary, Doc, EventView, FunctionHelp, NodeResult, NodeType, Overview, ProblemItem, StoredChain, TraceHead, TraceView, VersionSummary,
} from './types';

/** An answer that is no success, as problem+json says it. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    detail: string,
    readonly errors: readonly ProblemItem[] = [],
    readonly current: unknown = undefined,
  ) {
    super(detail || title);
  }

  /** Whether the server could not be reached at all. */
  get isOffline(): boolean {
    return this.status === 0;
  }
}

type Fetch = typeof fetch;
interface Call {
  body?: unknown;
  ifMatch?: number;
}

export interface TestMessage {
  type: string;
  data: unknown;
  metadata: Record<string, string>;
  originator?: { kind?: string; id?: string; name?: string; type?: string };
}

/** What is sent may leave out what has a default. */
export type Sent<T> = Partial<T>;

/** Which traces: those that passed a chain, came to a node, took a relation, failed, hold a text. */
export interface TraceQuery {
  chain?: string;
  node?: string;
  relation?: string;
  error?: boolean;
  q?: string;
  sort?: 'newest' | 'slowest';
}

export interface Named {
  id: string;
  name: string;
}

/** A chain with its version as the ETag says it, or what is saved there instead. */
export type Saved = { chain: StoredChain } | { current: StoredChain };

export class Api {
  constructor(
    private readonly base = '/manage',
    private readonly http: Fetch = (...args) => fetch(...args),
  ) {}

  nodeTypes = async () => (await this.call<{ items: NodeType[] }>('GET', '/node-types')).items;
  chains = (q = '', sort = 'name') => this.call<{ items: ChainSummary[]; next: string | null }>('GET', `/rule-chains?limit=200&sort=${sort}&q=${encodeURIComponent(q)}`);
  overview = () => this.call<Overview>('GET', '/stats/overview');
  chain = (id: string) => this.call<StoredChain>('GET', `/rule-chains/${enc(id)}`);
  createChain = (body: object) => this.call<StoredChain>('POST', '/rule-chains', { body });
  deleteChain = (id: string) => this.call<undefined>('DELETE', `/rule-chains/${enc(id)}`);
  makeRoot = (id: string) => this.call<ChainSummary>('POST', `/rule-chains/${enc(id)}/root`, {});
  templates = async () => (await this.call<{ items: { template: string; name: string; nodes: number }[] }>('GET', '/rule-chain-templates')).items;
  versions = async (id: string) => (await this.call<{ items: VersionSummary[] }>('GET', `/rule-chains/${enc(id)}/versions`)).items;
  version = (id: string, version: number) => this.call<StoredChain>('GET', `/rule-chains/${enc(id)}/versions/${version}`);
  activate = (id: string, version: number) => this.call<ChainSummary>('POST', `/rule-chains/${enc(id)}/activate`, { body: { version } });
  validate = async (id: string, doc: Doc) =>
    (await this.call<{ problems: ProblemItem[] }>('POST', `/rule-chains/${enc(id)}/validate`, { body: doc })).problems;
  rates = (id: string) => this.call<{ version: number; nodes: Record<string, { debugUntil: number }> }>('GET', `/rule-chains/${enc(id)}/rates`);
  debugNode = (id: string, node: string, minutes: number) =>
    this.call<{ until: number }>('POST', `/rule-chains/${enc(id)}/nodes/${enc(node)}/debug`, { body: { minutes } });
  testNode = (type: string, config: object, message: TestMessage, given?: object) =>
    this.call<NodeResult>('POST', '/nodes/test', { body: { type, config, message, ...(given ? { given } : {}) } });
  checkScript = (purpose: string, language: string, script: string) =>
    this.call<{ signature: string; problems: ProblemItem[] }>('POST', '/scripts/check', { body: { purpose, language, script } });
  languages = async () => (await this.call<{ items: { name: string; functions: FunctionHelp[] }[] }>('GET', '/scripts/languages')).items;
  events = async (chain: string, node: string) =>
    (await this.call<{ items: EventView[] }>('GET', `/events?source=node&chain=${enc(chain)}&entity=${enc(node)}&limit=50`)).items;
  traces = async (query: TraceQuery, limit = 20) => {
    const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '' && value !== false);
    const text = given.map(([key, value]) => `&${key}=${enc(String(value))}`).join('');
    return (await this.call<{ items: TraceHead[] }>('GET', `/traces?limit=${limit}${text}`)).items;
  };
  traceNode = (id: string, node: string, minutes: number) =>
    this.call<{ until: number }>('POST', `/rule-chains/${enc(id)}/nodes/${enc(node)}/trace`, { body: { minutes } });
  traceAll = (id: string, minutes: number) => this.call<{ until: number }>('POST', `/rule-chains/${enc(id)}/debug`, { body: { minutes } });
  trace = (id: string) => this.call<TraceView>('GET', `/traces/${enc(id)}`);
  named = async (what: 'integrations' | 'rule-chains' | 'devices', q = '') =>
    (await this.call<{ items: Named[] }>('GET', `/${what}?limit=100&q=${encodeURIComponent(q)}`)).items;

  integrations = (q = '') => this.call<{ items: IntegrationView[]; next: string | null }>('GET', `/integrations?limit=200&q=${enc(q)}`);
  integration = (id: string) => this.call<IntegrationView>('GET', `/integrations/${enc(id)}`);
  integrationTypes = async () => (await this.call<{ items: IntegrationType[] }>('GET', '/integration-types')).items;
  integrationUsage = async (id: string) => (await this.call<{ ruleChains: Named[] }>('GET', `/integrations/${enc(id)}/usage`)).ruleChains;
  createIntegration = (body: Sent<IntegrationBody>) => this.call<IntegrationView>('POST', '/integrations', { body });
  saveIntegration = (id: string, body: Sent<IntegrationBody>, version?: number) => this.call<IntegrationView>('PUT', `/integrations/${enc(id)}`, { body, ...(version ? { ifMatch: version } : {}) });
  deleteIntegration = (id: string) => this.call<undefined>('DELETE', `/integrations/${enc(id)}`);
  switchIntegration = (id: string, isOn: boolean) => this.call<IntegrationView>('POST', `/integrations/${enc(id)}/${isOn ? 'enable' : 'disable'}`);
  debugIntegration = (id: string, minutes: number) => this.call<IntegrationView>('POST', `/integrations/${enc(id)}/debug`, { body: { minutes } });
  converters = (q = '') => this.call<{ items: ConverterView[]; next: string | null }>('GET', `/converters?limit=200&q=${enc(q)}`);
  converter = (id: string) => this.call<ConverterView>('GET', `/converters/${enc(id)}`);
  createConverter = (body: Sent<ConverterBody>) => this.call<ConverterView>('POST', '/converters', { body });
  saveConverter = (id: string, body: Sent<ConverterBody>, version?: number) => this.call<ConverterView>('PUT', `/converters/${enc(id)}`, { body, ...(version ? { ifMatch: version } : {}) });
  deleteConverter = (id: string) => this.call<undefined>('DELETE', `/converters/${enc(id)}`);
  debugConverter = (id: string, minutes: number) => this.call<ConverterView>('POST', `/converters/${enc(id)}/debug`, { body: { minutes } });
  testConverter = (body: Sent<ConverterTest>) => this.call<ConverterTestResult>('POST', '/converters/test', { body });
  eventPage = (query: Readonly<Record<string, string>>) =>
    this.call<{ items: EventView[]; next: string | null; capped: Record<string, number> }>('GET', `/events?${new URLSearchParams(Object.entries(query).filter(([, value]) => value))}`);

  /** Save a document over `version`; when another version stands there, that one comes back and nothing is saved. */
  async saveChain(id: string, doc: Doc, version: number, note = ''): Promise<Saved> {
    try {
      const chain = await this.call<StoredChain>('PUT', `/rule-chains/${enc(id)}`, { body: { ...doc, note }, ifMatch: version });
      return { chain };
    } catch (error) {
      if (error instanceof ApiError && error.status === 412 && error.current) return { current: error.current as StoredChain };
      throw error;
    }
  }

  async call<T>(method: string, path: string, { body, ifMatch }: Call = {}): Promise<T> {
    const headers: Record<string, string> = { 'accept-language': currentLanguage() };
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (ifMatch !== undefined) headers['if-match'] = `"${ifMatch}"`;
    let response: Response;
    try {
      response = await this.http(this.base + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    } catch {
      throw new ApiError(0, 'offline', '');
    }
    const text = await response.text();
    const value: unknown = text ? parse(text) : undefined;
    if (response.ok) return value as T;
    const problem = (value ?? {}) as { title?: string; detail?: string; errors?: ProblemItem[]; current?: unknown };
    throw new ApiError(response.status, problem.title ?? response.statusText, problem.detail ?? '', problem.errors ?? [], problem.current);
  }
}

const enc = encodeURIComponent;

function parse(text: string): unknown {
  try {
    return decode(text);
  } catch {
    return undefined;
  }
}

export const api = new Api();
