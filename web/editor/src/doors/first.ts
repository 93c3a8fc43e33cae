/** Waiting for the first message of an integration. */
import { useEffect, useState } from 'react';
import { api } from '../core/api';
import { socket } from '../core/socket';
import type { EventView } from '../core/types';
import { useStatus } from './status';

export interface First {
  /** When it came, in epoch ms; undefined while nothing has come. */
  ts?: number;
  devices: readonly { id: string; name: string }[];
  /** A request came and was refused or failed. */
  failed: boolean;
  reason: string;
}

const isMine = (event: EventView, integration: string) => event.kind === 'Created' && event.metadata.integrationId === integration;

export function useFirst(integration: string): First {
  const status = useStatus(integration)[integration];
  const [devices, setDevices] = useState<First['devices']>([]);
  const [reason, setReason] = useState('');
  const [ts, setTs] = useState<number>();
  const isReceived = !!status && status.uplinks > status.failures;
  const add = (events: readonly EventView[]) => setDevices((old) => [...old, ...events.filter((event) => !old.some((item) => item.id === event.entityId)).map((event) => ({ id: event.entityId, name: event.entityName }))]);
  useEffect(() => {
    const stops = [
      socket.follow('events.tail', { source: 'device' }, (event) => { if (isMine(event as EventView, integration)) add([event as EventView]); }),
      socket.follow('events.tail', { source: 'integration', entity: integration, level: 'error' }, (event) => setReason((event as EventView).text),
        () => void api.eventPage({ source: 'integration', entity: integration, level: 'error', limit: '1' }).then(({ items }) => setReason((old) => items[0]?.text ?? old), () => undefined)),
    ];
    return () => stops.forEach((stop) => stop());
  }, [integration]);
  useEffect(() => {
    if (!isReceived) return;
    setTs((old) => old ?? Date.now());
    // What was created while the connection was away.
    void api.eventPage({ source: 'device', limit: '100' }).then(({ items }) => add(items.filter((event) => isMine(event, integration))), () => undefined);
  }, [isReceived, integration]);
  return { ...(ts ? { ts } : {}), devices, failed: !isReceived && !!status?.failures, reason };
}
