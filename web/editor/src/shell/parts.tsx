/** What several pages are made of. */
import { useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { ApiError } from '../core/api';
import { age, moment, t } from '../core/i18n';
import { socket } from '../core/socket';
import { copyText } from '../state/copyText';
import { toast } from '../state/editor';
import { Icon } from './Icon';
import { Preferences } from './Preferences';
import { Link, Shell } from './Shell';

/** A page with its name in the bar and as its heading; `above` names the list that it belongs to. */
export function Frame({ here, title, above, bar, children }: { here: string; title: string; above?: string; bar?: ReactNode; children: ReactNode }) {
  useEffect(() => { document.title = `${title} · Tidegate`; });
  return (
    <Shell here={here} bar={<>{above ? <nav className="crumb" aria-label={t('nav.breadcrumb')}><Link to={here}>{above}</Link><Icon name="right" /><b className="pagename" dir="auto">{title}</b></nav> : <b className="pagename" dir="auto">{title}</b>}<Reconnecting /><span className="grow" />{bar}<Preferences /></>}>
      <main className="page"><h1 className="sr">{title}</h1>{children}</main>
    </Shell>
  );
}

const NOTICED_MS = 1500;

/** Says that the live connection is gone, once that has lasted a moment. */
function Reconnecting() {
  const isGone = useSyncExternalStore((listener) => socket.onState(listener), () => socket.state) === 'connecting';
  const [isNoticed, setNoticed] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setNoticed(isGone), isGone ? NOTICED_MS : 0);
    return () => clearTimeout(timer);
  }, [isGone]);
  return <span role="status">{isNoticed && <span className="chip draft">{t('state.reconnecting')}</span>}</span>;
}

/** Why a call failed, in words. */
export const reason = (error: unknown): string => (error instanceof ApiError && error.isOffline ? t('offline') : (error as Error).message);
export const failed = (error: unknown) => toast(reason(error), { bad: true });

/** While a list is fetched, when it cannot be, and when nothing is in it. */
export function Standing({ of, empty, count }: { of: { isPending: boolean; isError: boolean; error: unknown; refetch: () => unknown }; empty: ReactNode; count: number }) {
  if (of.isPending) return <p className="hint" role="status">{t('chains.loading')}</p>;
  if (of.isError && !count) return <div className="hollow" role="alert"><span className="lv error"><Icon name="error" /></span><p>{reason(of.error)}</p><button type="button" className="btn" onClick={() => void of.refetch()}>{t('retry')}</button></div>;
  return count ? null : <div className="hollow">{empty}</div>;
}

/** What is not there (any more), and the way to its list. */
export function Gone({ text, to, all }: { text: string; to: string; all: string }) {
  return <div className="sorry"><p>{text}</p><Link to={to} className="btn">{all}</Link></div>;
}

/** The time, again and again, so that ages grow. */
export function useNow(ms = 1000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), ms);
    return () => clearInterval(timer);
  }, [ms]);
  return now;
}

/** How long ago, with the moment itself on hover. */
export function Age({ ts, now }: { ts: number; now: number }) {
  return <time dateTime={new Date(ts).toISOString()} title={moment(ts)}>{age(ts, Math.max(now, ts))}</time>;
}

export function Copy({ text, label }: { text: string; label: string }) {
  const copy = () => void copyText(text).then(() => toast(t('part.copied')), () => toast(t('part.notCopied'), { bad: true }));
  return <button type="button" className="btn sm ghost icon" aria-label={label} title={label} onClick={copy}><Icon name="copy" /></button>;
}

export function More({ isMore, isBusy, onMore }: { isMore: boolean; isBusy: boolean; onMore: () => void }) {
  return isMore ? <p className="more-row"><button type="button" className="btn" disabled={isBusy} onClick={onMore}>{t('part.more')}</button></p> : null;
}

/** A field that finds, whose text is taken when typing rests. */
export function Find({ label, value, onFind }: { label: string; value: string; onFind: (text: string) => void }) {
  const [text, setText] = useState(value);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onFind(text), 250);
    return () => clearTimeout(timer);
  }, [text, value, onFind]);
  return <div className="find"><Icon name="search" /><input className="inp" type="search" maxLength={255} aria-label={label} placeholder={label} value={text} onChange={(event) => setText(event.target.value)} /></div>;
}

interface Choice<T extends string> {
  label: string;
  options: readonly (readonly [T, string])[];
  value: T;
  onChoose: (value: T) => void;
}

/** One of a few, as a row of buttons; the arrows walk. */
export function Segments<T extends string>({ label, options, value, onChoose }: Choice<T>) {
  const step = (event: React.KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const next = (options.findIndex(([name]) => name === value) + by + options.length) % options.length;
    onChoose(options[next]![0]);
    (event.currentTarget.children[next] as HTMLElement).focus();
  };
  return (
    <div className="seg" role="radiogroup" aria-label={label} onKeyDown={step}>
      {options.map(([name, word]) => <button key={name} type="button" role="radio" aria-checked={name === value} tabIndex={name === value ? 0 : -1} onClick={() => onChoose(name)}>{word}</button>)}
    </div>
  );
}

/** Give a text to the person as a file. */
export function saveFile(name: string, text: string, type: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
