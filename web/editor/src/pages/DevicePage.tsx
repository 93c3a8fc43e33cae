import { lazy, Suspense, useEffect, useState, type ComponentType } from 'react';
import * as Tabs from '@radix-ui/react-tabs';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ApiError } from '../core/api';
import { house, type Device } from '../core/house';
import { t } from '../core/i18n';
import { socket } from '../core/socket';
import { Attributes } from '../device/Attributes';
import { Downlinks } from '../device/Downlinks';
import { Head } from '../device/Head';
import { Telemetry } from '../device/Telemetry';
import { EventList } from '../events/EventList';
import { Frame, Gone, Standing } from '../shell/parts';
import { DEVICES } from '../state/router';

export interface DeviceProps {
  device: Device;
  onTab: (tab: Tab) => void;
}

const Messages = lazy(async () => ({ default: (await import('../device/Messages')).Messages }));
const Send = lazy(async () => ({ default: (await import('../device/Send')).Send }));
const Events = ({ device }: DeviceProps) => <EventList filter={{ entity: device.id }} empty={t('dev.events.none')} />;
const TABS = { telemetry: Telemetry, attributes: Attributes, downlinks: Downlinks, events: Events, messages: Messages, send: Send } as const satisfies Record<string, ComponentType<DeviceProps>>;
type Tab = keyof typeof TABS;
const tabOf = (): Tab => { const name = location.hash.slice(1); return name in TABS ? (name as Tab) : 'telemetry'; };

/** Everything about one device. */
export default function DevicePage({ id }: { id: string }) {
  const found = useQuery({ queryKey: ['device', id], queryFn: () => house.device(id), refetchInterval: 3000, retry: (times, error) => times < 1 && !(error instanceof ApiError && error.status === 404) });
  const device = found.data;
  const isGone = found.error instanceof ApiError && found.error.status === 404;
  return (
    <Frame here={DEVICES} title={device?.name ?? t('dev.one')} above={t('nav.devices')}>
      {isGone ? <Gone text={t('dev.gone')} to={DEVICES} all={t('dev.all')} />
        : device ? <Whole device={device} /> : <Standing of={found} count={0} empty="" />}
    </Frame>
  );
}

function Whole({ device }: { device: Device }) {
  const [tab, setTab] = useState<Tab>(tabOf);
  const [waiting, setWaiting] = useState(0);
  const client = useQueryClient();
  useEffect(() => {
    const back = () => setTab(tabOf());
    addEventListener('hashchange', back);
    return () => removeEventListener('hashchange', back);
  }, []);
  useEffect(() => socket.follow('device.downlinks', { device: device.id }, (data) => {
    setWaiting((data as { waiting: string[] }).waiting.length);
    void client.invalidateQueries({ queryKey: ['downlinks', device.id] });
  }), [client, device.id]);
  useEffect(() => { document.querySelector('.tabbed [role=tab][aria-selected=true]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' }); }, [tab]);
  const choose = (next: Tab) => { window.history.replaceState(null, '', `#${next}`); setTab(next); };
  return (
    <>
      <Head device={device} />
      <Tabs.Root className="tabbed" value={tab} onValueChange={(next) => choose(next as Tab)}>
        <div className="tabs"><Tabs.List className="tablist" aria-label={t('dev.parts')}>
          {(Object.keys(TABS) as Tab[]).map((name) => <Tabs.Trigger key={name} value={name}>{t(`dev.tab.${name}`)}{name === 'downlinks' && waiting > 0 && <span className="chip small accent">{waiting}</span>}</Tabs.Trigger>)}
        </Tabs.List></div>
        {(Object.keys(TABS) as Tab[]).map((name) => { const Part = TABS[name]; return <Tabs.Content key={name} value={name} className="part"><Suspense fallback={null}><Part device={device} onTab={choose} /></Suspense></Tabs.Content>; })}
      </Tabs.Root>
    </>
  );
}
