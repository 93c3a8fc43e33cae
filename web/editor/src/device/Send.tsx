import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { house } from '../core/house';
import { duration, t } from '../core/i18n';
import { curlOf, pretty } from '../core/shown';
import { Icon } from '../shell/Icon';
import { Copy } from '../shell/parts';
import type { DeviceProps } from '../pages/DevicePage';

interface Answer {
  status: number;
  text: string;
  type: string;
  elapsedUs: number;
}

const TOKEN = '';

/** Be the device: the request goes to the same door as the curl line, and its answer is shown. */
export function Send({ device }: DeviceProps) {
  const doors = useQuery({ queryKey: ['doors'], queryFn: house.integrations });
  const token = useQuery({ queryKey: ['token', device.id], queryFn: () => house.token(device.id) });
  const [way, setWay] = useState<string | null>(null);
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const [answer, setAnswer] = useState<Answer | 'busy' | 'lost' | null>(null);
  const [body, setBody] = useState<string | null>(null);
  const open = (doors.data ?? []).filter((door) => door.enabled);
  const chosen = way ?? open[0]?.id ?? TOKEN;
  const door = open.find((item) => item.id === chosen);
  const path = door ? new URL(door.endpointUrl).pathname : `/api/v1/${token.data ?? ''}/telemetry`;
  const text = body ?? sample(device.name, device.type, door ? (door.uplinkConverterId ? 'converter' : 'plain') : 'token');
  const asked = Object.keys(door?.security.headers ?? {});
  const headers = { 'Content-Type': 'application/json', ...Object.fromEntries(asked.map((name) => [name, secrets[name] ?? ''])) };
  const curl = curlOf(location.origin + path, headers, text);
  const send = async () => {
    setAnswer('busy');
    const begin = performance.now();
    try {
      const response = await fetch(path, { method: 'POST', headers, body: text });
      const answered = await response.text();
      setAnswer({ status: response.status, text: answered, type: response.headers.get('content-type') ?? '', elapsedUs: Math.round((performance.now() - begin) * 1000) });
    } catch {
      setAnswer('lost');
    }
  };
  return (
    <form className="send" onSubmit={(event) => { event.preventDefault(); void send(); }}>
      <p className="hint lead">{t('send.hint')}</p>
      <div className="f"><label htmlFor="send-way">{t('send.way')}</label><select id="send-way" className="inp" value={chosen} onChange={(event) => { setWay(event.target.value); setAnswer(null); }}>{open.map((item) => <option key={item.id} value={item.id}>{t('send.door', { name: item.name })}</option>)}<option value={TOKEN}>{t('send.token')}</option></select></div>
      {asked.map((name) => <div className="f" key={name}><label htmlFor={`send-${name}`}>{name}</label><input id={`send-${name}`} className="inp" autoComplete="off" value={secrets[name] ?? ''} onChange={(event) => setSecrets({ ...secrets, [name]: event.target.value })} /></div>)}
      <div className="f"><label htmlFor="send-body">{t('send.body')}</label><textarea id="send-body" className="inp mono" rows={7} dir="ltr" spellCheck={false} value={text} onChange={(event) => setBody(event.target.value)} /></div>
      <div className="curl"><pre dir="ltr" data-testid="curl">{curl}</pre><Copy text={curl} label={t('send.copy')} /></div>
      <div className="runrow"><button type="submit" className="btn primary" disabled={answer === 'busy' || (!door && !token.data)}><Icon name="play" />{t('send.do')}</button>{answer === 'busy' && <span className="muted">{t('test.running')}</span>}</div>
      <div role="status">{answer !== null && answer !== 'busy' && (answer === 'lost' ? <p className="bad">{t('offline')}</p> : (
        <div className="res" data-testid="answer"><div className="bar"><span className={`chip ${answer.status < 300 ? 'live' : 'del'}`}>HTTP {answer.status}</span><small>{duration(answer.elapsedUs)}{answer.type && ` · ${answer.type}`}</small></div>{answer.text ? <pre dir="ltr" className="pad">{pretty(answer.text)}</pre> : <p className="hint pad">{t('send.empty')}</p>}</div>
      ))}</div>
    </form>
  );
}

/** A message to begin with: what comes by token is plain telemetry, an integration needs to know who sends. */
function sample(name: string, type: string, way: 'token' | 'plain' | 'converter'): string {
  const reading = { temperature: 21.5 };
  if (way === 'token') return JSON.stringify(reading, null, 2);
  const who = { deviceName: name, deviceType: type };
  return JSON.stringify(way === 'plain' ? { ...who, telemetry: reading } : { ...who, ...reading }, null, 2);
}
