/** What goes through the integrations, as it happens. */
import { useEffect, useState } from 'react';
import { socket } from '../core/socket';
import type { IntegrationStatus } from '../core/types';

interface StatusTick {
  items: Record<string, IntegrationStatus>;
  gone: string[];
}

/** The counters of all integrations, or of one; empty until the first word of the server. */
export function useStatus(integration?: string): Readonly<Record<string, IntegrationStatus>> {
  const [now, setNow] = useState<Readonly<Record<string, IntegrationStatus>>>({});
  useEffect(() => socket.follow('integration.status', integration ? { integration } : {}, (data) => {
    const { items, gone } = data as StatusTick;
    setNow((old) => ({ ...Object.fromEntries(Object.entries(old).filter(([id]) => !gone.includes(id))), ...items }));
  }), [integration]);
  return now;
}

export type Health = 'off' | 'failing' | 'running';
export const healthOf = (status: { enabled: boolean; failuresPerMinute: number }): Health => (!status.enabled ? 'off' : status.failuresPerMinute ? 'failing' : 'running');

const PATIENCE_MS = 5000;

/** A switch that stands where it was put while the server's word about it is on its way. */
export function useTurned(actual: boolean): [boolean, (wanted: boolean | null) => void] {
  const [wanted, setWanted] = useState<boolean | null>(null);
  useEffect(() => {
    if (wanted === null) return;
    if (wanted === actual) return setWanted(null);
    const timer = setTimeout(() => setWanted(null), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [wanted, actual]);
  return [wanted ?? actual, setWanted];
}
