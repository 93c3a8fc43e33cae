import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { Tile } from './Icon';
import { t } from '../core/i18n';

export interface Item {
  key: string;
  icon: string;
  category: string;
  label: string;
  hint?: string;
  run: () => void;
}

interface ListProps {
  label: string;
  placeholder: string;
  items: (query: string) => readonly Item[];
  onClose: () => void;
  onTab?: (back: boolean) => void;
  children?: ReactNode;
}

const MOST = 60;

/** A field with a list below it: type, walk with the arrows, take with Enter. */
export function List({ label, placeholder, items, onClose, onTab, children }: ListProps) {
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const id = useId();
  const found = items(query).slice(0, MOST);
  const here = Math.min(at, found.length - 1);
  useEffect(() => { list.current?.children[here]?.scrollIntoView({ block: 'nearest' }); }, [here]);
  const key = (event: React.KeyboardEvent) => {
    const act: Record<string, () => void> = {
      Escape: onClose,
      ArrowDown: () => setAt(Math.min(here + 1, found.length - 1)),
      ArrowUp: () => setAt(Math.max(here - 1, 0)),
      Enter: () => found[here]?.run(),
      ...(onTab ? { Tab: () => onTab(event.shiftKey) } : {}),
    };
    if (!act[event.key] || event.nativeEvent.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    act[event.key]!();
  };
  return (
    <div className="cmd" role="dialog" aria-modal="true" aria-label={label} onPointerDown={(event) => event.stopPropagation()} onKeyDown={(event) => { if (event.key === 'Escape') { event.stopPropagation(); onClose(); } }}>
      <input autoFocus role="combobox" aria-expanded="true" aria-controls={id} aria-activedescendant={found.length ? `${id}-${here}` : undefined} aria-label={label} placeholder={placeholder}
        value={query} onChange={(event) => { setQuery(event.target.value); setAt(0); }} onKeyDown={key} />
      {children}
      {found.length > 0 ? (
        <ul ref={list} id={id} role="listbox" aria-label={label}>
          {found.map((item, index) => (
            <li key={item.key} id={`${id}-${index}`} role="option" aria-selected={index === here} onPointerMove={() => setAt(index)} onClick={item.run}>
              <Tile name={item.icon} category={item.category} /><span className="lbl" dir="auto">{item.label}</span>{item.hint && <small>{item.hint}</small>}
            </li>
          ))}
        </ul>
      ) : <p className="hint pad" id={id}>{t('quick.none')}</p>}
    </div>
  );
}
