/** The words of the editor. What the server says is made from its OpenAPI document; see api-types.ts. */
import type { components } from './api-types';

type Schemas = components['schemas'];

export type ProblemItem = Schemas['ProblemItem'];
export type MessageView = Schemas['MessageView'];
export type NodeResult = Schemas['NodeResult'];
export type TraceHead = Schemas['TraceHead'];
export type TraceView = Schemas['TraceView'];
export type HopView = Schemas['HopView'];
export type EventView = Schemas['EventView'];
export type Overview = Schemas['Overview'];
export type ChainSummary = Schemas['ChainSummary'];
export type VersionSummary = Schemas['VersionSummary'];
export type IntegrationView = Schemas['IntegrationView'];
export type IntegrationBody = Schemas['IntegrationBody'];
export type IntegrationStatus = Pick<IntegrationView, 'enabled' | 'uplinks' | 'failures' | 'downlinks' | 'uplinksPerMinute' | 'failuresPerMinute' | 'downlinksPerMinute'>;
export type ConverterView = Schemas['ConverterView'];
export type ConverterBody = Schemas['ConverterBody'];
export type ConverterTest = Schemas['ConverterTest'];
export type ConverterTestResult = Schemas['ConverterTestResult'];
export type SamplePayload = Schemas['SamplePayload'];
export type FunctionHelp = Schemas['FunctionHelp'];
export type NodeExample = Schemas['NodeExample'];

/** One step as it stands in the document. */
export interface DocNode {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly config: Readonly<Record<string, unknown>>;
  readonly debug?: boolean | number;
  readonly disabled?: boolean;
}

/** One arrow: what leaves `from` along `relation` goes to `to`. */
export interface DocEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly relation: string;
}

/** A coloured frame around some nodes. */
export interface DocGroup {
  readonly id: string;
  readonly name: string;
  readonly color: string;
  readonly nodes: readonly string[];
  readonly collapsed?: boolean;
}

/** A piece of text on the canvas; `kind: "input"` is where the input card stands. */
export interface DocNote {
  readonly id: string;
  readonly kind?: 'input';
  readonly text?: string;
  readonly x: number;
  readonly y: number;
  readonly width?: number;
  readonly height?: number;
}

/** What a person edits: the chain document without what only the server says. */
export interface Doc {
  readonly name: string;
  readonly entry: string | null;
  readonly nodes: readonly DocNode[];
  readonly edges: readonly DocEdge[];
  readonly groups: readonly DocGroup[];
  readonly notes: readonly DocNote[];
  readonly scenarios: readonly unknown[];
}

/** A chain as the server keeps it. */
export interface StoredChain extends Doc {
  readonly id: string;
  readonly version: number;
  readonly root: boolean;
  readonly activeVersion: number;
  readonly note?: string;
  readonly problems?: readonly ProblemItem[];
}

export interface UiHints {
  widget?: 'code' | 'keys' | 'map' | 'select' | 'duration' | 'reference' | 'text' | 'textarea';
  purpose?: string;
  parameters?: string[];
  templates?: boolean;
  patterns?: boolean;
  ports?: boolean;
  labels?: Record<string, string>;
  keyTitle?: string;
  valueTitle?: string;
  keys?: string[];
  unit?: 's' | 'ms';
  to?: 'integration' | 'rule-chain' | 'device';
  by?: 'id' | 'name';
  showIf?: Record<string, unknown>;
}

/** The part of JSON Schema that configurations of nodes use. */
export interface JsonSchema {
  type?: string;
  title?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minProperties?: number;
  'x-ui'?: UiHints;
}

/** A kind of integration with the form of its settings. */
export interface IntegrationType extends Omit<Schemas['IntegrationType'], 'schema'> {
  schema: JsonSchema;
}

/** A node for palette, form and help. */
export interface NodeType extends Omit<Schemas['NodeType'], 'schema'> {
  schema: JsonSchema;
}

export type Types = ReadonlyMap<string, NodeType>;
export type Level = 'error' | 'warning';

/** Something wrong or doubtful, with the way to it. */
export interface Problem {
  readonly key: string;
  readonly level: Level;
  readonly code: string;
  readonly text: string;
  readonly fix: string;
  readonly nodeId?: string;
  readonly edgeId?: string;
  readonly field?: string;
  readonly line?: number;
}

export const CATEGORIES = ['input', 'filter', 'enrichment', 'transform', 'action', 'external', 'flow'] as const;
export type Category = (typeof CATEGORIES)[number];

/** The card where messages come in; it stands for the document's `entry` and is no node of it. */
export const INPUT = '__input';
export const ENTRY_EDGE = '__entry';
