/** Events as they happen, beside those that were there: a list shows both, none twice. */
import { useEffect, useRef, useState } from 'react';
import { socket } from '../core/socket';

const MOST = 500;

interface News<E> {
  /** Newest first. */
  events: readonly E[];
  /** How many came while the tail was held, and how many the server left out because there were too many. */
  missed: number;
  dropped: number;
}

interface Tail<E> extends News<E> {
  /** Show what is asked for anew, and nothing of what came before. */
  forget: () => void;
}

/** Follows the events that fit until `wanted` is another; null follows none. `askAgain` fetches those that were there: the
 *  server tells from when on it tells, and after a cut begins anew. */
export function useTail<E extends { id: string }>(wanted: object | null, askAgain: () => void, isHeld = false): Tail<E> {
  const [news, setNews] = useState<News<E>>({ events: [], missed: 0, dropped: 0 });
  const latest = useRef({ askAgain, isHeld });
  useEffect(() => { latest.current = { askAgain, isHeld }; });
  const stamp = wanted && JSON.stringify(wanted);
  const forget = () => setNews({ events: [], missed: 0, dropped: 0 });
  useEffect(() => {
    forget();
    if (!stamp) return;
    return socket.follow('events.tail', JSON.parse(stamp) as object, (data, lost) => {
      const isMissed = latest.current.isHeld;
      setNews(({ events, missed, dropped }) => ({ events: isMissed ? events : [data as E, ...events].slice(0, MOST), missed: missed + Number(isMissed), dropped: dropped + lost }));
    }, () => { if (!latest.current.isHeld) latest.current.askAgain(); });
  }, [stamp]);
  return { ...news, forget };
}

/** What has come and what was there, newest first. */
export function joined<E extends { id: string }>(news: readonly E[], old: readonly E[]): E[] {
  const seen = new Set<string>();
  return [...news, ...old].filter((event) => !seen.has(event.id) && seen.add(event.id));
}
