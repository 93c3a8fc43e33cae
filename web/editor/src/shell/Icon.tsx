import { createElement } from 'react';
import { iconOf } from '../core/icons';

/** A line icon; it says nothing to people who listen, the words beside it do, unless it stands alone and has a label. */
export function Icon({ name, label }: { name: string; label?: string }) {
  return (
    <svg className="i" viewBox="0 0 24 24" {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })} focusable="false">
      {iconOf(name).map(([tag, attributes], index) => createElement(tag, { key: index, ...attributes }))}
    </svg>
  );
}

/** The coloured square of a category with its icon. */
export function Tile({ name, category }: { name: string; category: string }) {
  return (
    <span className="tile" style={{ '--c': `var(--c-${category})` } as React.CSSProperties}>
      <Icon name={name} />
    </span>
  );
}
