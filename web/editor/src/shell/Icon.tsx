import { createElement } from 'react';
import { iconOf } from '../core/icons';

/** A line icon; it says nothing to people who listen, the words beside it do. */
export function Icon({ name }: { name: string }) {
  return (
    <svg className="i" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
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
