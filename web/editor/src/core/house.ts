/** The calls about devices, events, dead letters, the bell and the installation. */
import type { components } from './api-types';
import { api } from './api';

type Schemas = components['schemas'];
export type Device = Schemas['DeviceView'];
export type Stamped = Schemas['StampedView'];
export type Latest = Record<string, Stamped>;
export type Series = Record<string, Stamped[]>;
export type Downlink = Schemas['DownlinkView'];
export type Event = Schemas['EventView'];
export type DeadLetter = Schemas['DeadLetterView'];
export type Notification = Schemas['NotificationView'];
export type Setting = Schemas['SettingView'];
export type Health = Schemas['Health'];
export type FirstSteps = Schemas['FirstSteps'];
export type SlowNode = Schemas['SlowNode'];
export type TraceHead = Schemas['TraceHead'];
export type Integration = Schemas['IntegrationView'];

export const SCOPES = ['client', 'shared', 'server'] as const;
export type Scope = (typeof SCOPES)[number];
export const AGGREGATIONS = ['NONE', 'AVG', 'MIN', 'MAX', 'SUM', 'COUNT'] as const;
export type Aggregation = (typeof AGGREGATIONS)[number];
export const SOURCES = ['integration', 'converter', 'node', 'device', 'system'] as const;

export interface Paged<T> {
  items: T[];
  next: string | null;
}

/** A query string of what is given; empty values are left out. */
export function query(values: Record<string, string | number | boolean | null | undefined>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return given.length ? `?${given.map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`).join('&')}` : '';
}

const at = (id: string, rest = ''): string => `/devices/${encodeURIComponent(id)}${rest}`;
const get = <T>(path: string): Promise<T> => api.call<T>('GET', path);
const post = <T>(path: string, body: unknown = {}): Promise<T> => api.call<T>('POST', path, { body });
const drop = <T = undefined>(path: string): Promise<T> => api.call<T>('DELETE', path);

export const house = {
  devices: (q: string, sort: string, cursor: string | null, limit = 50) => get<Paged<Device>>(`/devices${query({ q, sort, cursor, limit })}`),
  device: (id: string) => get<Device>(at(id)),
  createDevice: (body: { name: string; type: string; label: string }) => post<Device>('/devices', body),
  changeDevice: (id: string, body: { type: string; label: string }) => api.call<Device>('PUT', at(id), { body }),
  deleteDevice: (id: string) => drop(at(id)),
  token: async (id: string) => (await get<{ token: string }>(at(id, '/credentials'))).token,
  renewToken: async (id: string) => (await post<{ token: string }>(at(id, '/credentials'))).token,
  latest: (id: string) => get<Latest>(at(id, '/telemetry/latest')),
  series: (id: string, values: { keys?: string; from?: number; to?: number; agg?: Aggregation; step?: number; limit?: number; order?: 'asc' | 'desc' }) => get<Series>(at(id, `/telemetry${query(values)}`)),
  attributes: (id: string, scope: Scope) => get<Latest>(at(id, `/attributes/${scope}`)),
  saveAttributes: (id: string, scope: Scope, values: Record<string, unknown>) => post<Latest>(at(id, `/attributes/${scope}`), values),
  deleteAttribute: (id: string, scope: Scope, key: string) => drop<{ deleted: string[] }>(at(id, `/attributes/${scope}${query({ keys: key })}`)),
  downlinks: (id: string, state = '', cursor: string | null = null, limit = 50) => get<Paged<Downlink>>(at(id, `/downlinks${query({ state, cursor, limit })}`)),
  cancelDownlink: (id: string, downlink: string) => drop(at(id, `/downlinks/${encodeURIComponent(downlink)}`)),
  cancelDownlinks: (id: string) => drop<{ cancelled: number }>(at(id, '/downlinks')),
  messages: (id: string) => get<Paged<TraceHead>>(`/traces${query({ device: id, limit: 50 })}`),
  events: (filter: EventFilter, cursor: string | null, limit = 50) => get<Paged<Event> & { capped: Record<string, number> }>(`/events${query({ ...filter, cursor, limit })}`),
  deadLetters: (q: string, cursor: string | null, limit = 50) => get<Paged<DeadLetter>>(`/dead-letters${query({ q, cursor, limit })}`),
  resubmit: (id: string) => post<undefined>(`/dead-letters/${encodeURIComponent(id)}/resubmit`),
  resubmitAll: (q: string) => post<{ resubmitted: number; left: number }>('/dead-letters/resubmit', { q }),
  discard: (id: string) => drop(`/dead-letters/${encodeURIComponent(id)}`),
  notifications: () => get<Paged<Notification> & { unread: number }>('/notifications?limit=30'),
  read: (ids?: string[]) => post<{ unread: number }>('/notifications/read', ids ? { ids } : {}),
  settings: async () => (await get<{ items: Setting[] }>('/settings')).items,
  health: () => get<Health>('/health'),
  firstSteps: () => get<FirstSteps>('/stats/first-steps'),
  slowestNodes: async () => (await get<{ items: SlowNode[] }>('/stats/slowest-nodes')).items,
  integrations: async () => (await get<Paged<Integration>>('/integrations?limit=200')).items,
};

export interface EventFilter {
  source?: string;
  entity?: string;
  chain?: string;
  level?: string;
  from?: number;
  to?: number;
  q?: string;
}
