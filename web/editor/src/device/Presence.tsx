import { t } from '../core/i18n';

/** The server counts the same devices as online. */
const ONLINE_MS = 600_000;

export const isOnline = (lastActivityTs: number, now: number): boolean => lastActivityTs > now - ONLINE_MS;

/** Whether a device was heard of lately; a full or an empty circle, and a word. */
export function Presence({ isOn, hasWord = false }: { isOn: boolean; hasWord?: boolean }) {
  const word = t(isOn ? 'dev.isOnline' : 'dev.isOffline');
  return <span className={`presence ${isOn ? 'on' : ''}`} title={t('dev.online.hint')}><i aria-hidden="true" /><span className={hasWord ? '' : 'sr'}>{word}</span></span>;
}
