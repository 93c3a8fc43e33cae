import { t } from '../core/i18n';
import { formatRate } from '../core/live';
import { useInner } from '../state/inner';

/** On the card of a nested chain: which chain it is, and how that one is doing. */
export function Inner({ chain }: { chain: string }) {
  const { name, rate } = useInner(chain);
  if (!name) return null;
  const text = rate ? t(rate.failures ? 'inner.bad' : 'inner.rate', { rate: formatRate(rate.rate), failures: formatRate(rate.failures) }) : t('chains.notRunning');
  return <span className={`inner ${rate?.failures ? 'bad' : ''}`} data-testid="inner" title={`${name}: ${text}`}><bdi>{name}</bdi><span>{text}</span></span>;
}
