import { useEffect, useState } from 'react';
import { t } from '../core/i18n';
import { copyText } from '../state/copyText';
import { toast } from '../state/editor';
import { Icon } from './Icon';

const SHOWN_MS = 2000;

/** Puts a text on the clipboard and says so. */
export function Copy({ text, label }: { text: string; label: string }) {
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    if (!isDone) return;
    const timer = setTimeout(() => setDone(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isDone]);
  const copy = () => copyText(text).then(() => setDone(true), () => toast(t('copy.failed'), { bad: true }));
  return <button type="button" className="btn sm copy" onClick={() => void copy()}><Icon name={isDone ? 'check' : 'copy'} /><span aria-live="polite">{t(isDone ? 'copied' : 'copy')}</span><span className="sr"> {label}</span></button>;
}

/** A text to take away: scrolls inside, copied with one press. */
export function Takeaway({ text, label }: { text: string; label: string }) {
  return <div className="takeaway"><code dir="ltr" tabIndex={0} aria-label={label}>{text}</code><Copy text={text} label={label} /></div>;
}
