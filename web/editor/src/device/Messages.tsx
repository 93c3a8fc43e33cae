import { useQuery } from '@tanstack/react-query';
import { house } from '../core/house';
import { duration, t, tn } from '../core/i18n';
import { Icon } from '../shell/Icon';
import { Age, Standing, useNow } from '../shell/parts';
import { Link } from '../shell/Shell';
import { tracePath } from '../state/router';
import type { DeviceProps } from '../pages/DevicePage';

/** The newest messages of the device that left a trace; each opens in the chain that it went through. */
export function Messages({ device }: DeviceProps) {
  const found = useQuery({ queryKey: ['messages', device.id], queryFn: () => house.messages(device.id), refetchInterval: 3000 });
  const now = useNow(1000);
  const items = found.data?.items ?? [];
  return (
    <>
      <p className="hint lead">{t('msg.hint')}</p>
      <Standing of={found} count={items.length} empty={<p>{t('msg.none')}</p>} />
      {items.length > 0 && <div className="sheet"><table className="grid">
        <thead><tr><th scope="col">{t('msg.type')}</th><th scope="col">{t('msg.when')}</th><th scope="col">{t('msg.steps')}</th><th scope="col">{t('msg.took')}</th><th scope="col">{t('msg.end')}</th></tr></thead>
        <tbody>{items.map((trace) => (
          <tr key={trace.id} data-trace={trace.id}>
            <th scope="row"><Link to={tracePath(trace.chain, trace.id)} className="rowlink">{trace.type}</Link></th>
            <td data-label={t('msg.when')} className="num"><Age ts={trace.startedTs} now={now} /></td>
            <td data-label={t('msg.steps')} className="num">{tn('msg.step', trace.steps)}</td>
            <td data-label={t('msg.took')} className="num">{duration(trace.elapsedUs)}</td>
            <td data-label={t('msg.end')}>{trace.error ? <span className="lv error"><Icon name="error" /><span dir="auto">{trace.error}</span></span> : <span className="lv ok"><Icon name="ok" />{t('msg.ok')}</span>}</td>
          </tr>
        ))}</tbody>
      </table></div>}
    </>
  );
}
