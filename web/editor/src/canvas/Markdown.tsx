import { createElement, useMemo, type ReactNode } from 'react';
import { blocks, type Block, type Inline } from '../core/markdown';

/** A note's text with its headings, lists and links; drawn from a tree, so that nothing in it can be more than text. */
export default function Markdown({ text }: { text: string }) {
  const parts = useMemo(() => blocks(text), [text]);
  return <div className="md" dir="auto">{parts.map((part, index) => <Part key={index} block={part} />)}</div>;
}

const LARGEST = 3;

function Part({ block }: { block: Block }): ReactNode {
  if (block.kind === 'heading') return createElement(`h${Math.min(block.level + 2, LARGEST + 2)}`, { dir: 'auto' }, drawn(block.parts));
  if (block.kind === 'paragraph') return <p dir="auto">{drawn(block.parts)}</p>;
  if (block.kind === 'quote') return <blockquote dir="auto">{drawn(block.parts)}</blockquote>;
  if (block.kind === 'code') return <pre dir="ltr">{block.text}</pre>;
  if (block.kind === 'rule') return <hr />;
  if (!('items' in block)) return null;
  return createElement(block.ordered ? 'ol' : 'ul', null, block.items.map((item, index) => <li key={index} dir="auto">{drawn(item)}</li>));
}

function drawn(parts: readonly Inline[]): ReactNode[] {
  return parts.map((part, index) => {
    if (part.kind === 'text') return part.text;
    if (part.kind === 'code') return <code key={index}>{part.text}</code>;
    if (part.kind === 'link') return <a key={index} className="nodrag" href={part.href} target="_blank" rel="noopener noreferrer">{drawn(part.parts)}</a>;
    if (!('parts' in part)) return null;
    return createElement(part.kind, { key: index }, drawn(part.parts));
  });
}
