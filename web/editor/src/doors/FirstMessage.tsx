import { clock, t, tn } from '../core/i18n';
import { Icon } from '../shell/Icon';
import { Link } from '../shell/Shell';
import { devicePath } from '../state/router';
import { useFirst } from './first';

const NAMED = 3;

/** "Waiting for the first message…", then green with what it brought. */
export function FirstMessage({ integration }: { integration: string }) {
  const { ts, devices, failed, reason } = useFirst(integration);
  if (!ts) {
    return (
      <div className={`first ${failed ? 'bad' : ''}`} role="status" data-testid="first">
        {failed ? <Icon name="error" /> : <span className="pulse" aria-hidden="true" />}
        <div><b>{t(failed ? 'first.failed' : 'first.waiting')}</b>{failed && <p dir="auto">{reason || t('first.refused')}</p>}</div>
      </div>
    );
  }
  return (
    <div className="first good" role="status" data-testid="first">
      <Icon name="ok" />
      <div><b>{t('first.received', { time: clock(ts) })}{devices.length > 0 && `, ${devices.length === 1 ? t('first.created') : tn('first.devices', devices.length)}`}</b>
        {devices.slice(0, NAMED).map((device) => <p key={device.id}><bdi>{device.name}</bdi> <Link to={devicePath(device.id)} className="link">{t('first.open')}<span className="sr"> {device.name}</span></Link></p>)}</div>
    </div>
  );
}
