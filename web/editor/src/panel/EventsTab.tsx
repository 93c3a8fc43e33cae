import { useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../core/api';
import { clock, t } from '../core/i18n';
import type { DocNode, EventView } from '../core/types';
import { Dropped } from '../events/Dropped';
import { joined, useTail } from '../events/tail';
import { Icon } from '../shell/Icon';
import { toggleDebug, useDebug } from '../state/debug';
import { useEditor } from '../state/editor';
import { openTrace } from '../state/trace';

const MOST = 200;

/** What entered and left the node while it was debugged; new ones come by themselves. */
export function EventsTab({ node, onUse }: { node: DocNode; onUse: (text: string) => void }) {
  const chain = useEditor((state) => state.chain?.id ?? '');
  const queryKey = ['node-events', chain, node.id];
  const client = useQueryClient();
  const { data: old = [], isPending } = useQuery({ queryKey, queryFn: () => api.events(chain, node.id) });
  const isOn = useDebug((state) => (state.until[node.id] ?? 0) > Date.now());
  const askAgain = () => void client.cancelQueries({ queryKey }).then(() => client.refetchQueries({ queryKey }));
  const { events: news, dropped } = useTail<EventView>({ source: 'node', chain, entity: node.id }, askAgain);
  const events = joined(news, old).slice(0, MOST);
  return (
    <>
      {!isOn && <div className="f"><p className="hint">{t('events.hint')}</p><button type="button" className="btn sm" onClick={() => void toggleDebug(node.id)}><Icon name="bug" />{t('events.on')}</button></div>}
      {isOn && !events.length && <p className="hint" role="status">{t('events.waiting')}</p>}
      {!isOn && !isPending && !events.length && <p className="hint">{t('events.none')}</p>}
      <Dropped count={dropped} />
      <ul className="events">{events.map((event) => <Row key={event.id} event={event} node={node.id} onUse={onUse} />)}</ul>
    </>
  );
}

function Row({ event, node, onUse }: { event: EventView; node: string; onUse: (text: string) => void }) {
  const [isOpen, setOpen] = useState(false);
  const isIn = event.kind === 'In';
  const data = parsed(event.payload);
  return (
    <li>
      <button type="button" className="prow" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <span className={`dir ${event.level}`}>{t(isIn ? 'events.in' : 'events.out')}</span><bdi className="txt">{event.text || event.payload}</bdi><small>{clock(event.ts)}</small>
      </button>
      {isOpen && (
        <div className="more">
          <pre dir="ltr">{JSON.stringify({ msg: data, metadata: event.metadata }, null, 2)}</pre>
          {event.traceId && <button type="button" className="btn sm" onClick={() => void openTrace(event.traceId, node)}><Icon name="route" />{t('trace.this')}</button>}
          {isIn && <button type="button" className="btn sm" onClick={() => onUse(JSON.stringify({ msgType: 'POST_TELEMETRY_REQUEST', msg: data, metadata: event.metadata }, null, 2))}><Icon name="play" />{t('events.use')}</button>}
        </div>
      )}
    </li>
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
