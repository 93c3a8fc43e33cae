import { useId } from 'react';
import { t } from '../core/i18n';

/** One yes or no with what it means. */
export function Switch({ word, hint, isOn, onTurn }: { word: string; hint?: string; isOn: boolean; onTurn: (isOn: boolean) => void }) {
  const id = useId();
  return <div className="f"><div className="row"><label htmlFor={id}>{t(word)}</label><input id={id} type="checkbox" role="switch" className="sw" aria-describedby={hint ? `${id}-hint` : undefined} checked={isOn} onChange={(event) => onTurn(event.target.checked)} /></div>{hint && <div className="hint" id={`${id}-hint`}>{t(hint)}</div>}</div>;
}
