import { tn } from '../core/i18n';

/** How many events the server left out because they came faster than a page is told. */
export function Dropped({ count }: { count: number }) {
  return <span role="status" className="muted dropped">{count > 0 && tn('ev.dropped', count)}</span>;
}
