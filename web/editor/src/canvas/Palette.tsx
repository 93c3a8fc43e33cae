import { useMemo, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { useReactFlow } from '@xyflow/react';
import { CARD_H, CARD_W } from '../core/geometry';
import { t } from '../core/i18n';
import { CATEGORIES, type NodeType } from '../core/types';
import { Icon, Tile } from '../shell/Icon';
import { add, focusNode, recentTypes } from '../state/actions';
import { set, useEditor } from '../state/editor';
import { setPref, toggleFavourite, usePrefs } from '../state/prefs';
import { edgeAt } from './pointer';
import { freePlace, type Flow } from './view';

interface Ghost {
  type: NodeType;
  x: number;
  y: number;
}

const titleOf = (type: NodeType) => type.name;

/** The node types by category, to drag onto the canvas. */
export function Palette() {
  const types = useEditor((state) => state.types);
  const count = useEditor((state) => state.doc.nodes.length);
  const isShown = usePrefs((prefs) => prefs.palette);
  const [query, setQuery] = useState('');
  const [ghost, setGhost] = useState<Ghost | null>(null);
  const found = useMemo(() => [...types.values()].filter((type) => fits(type, query)), [types, query]);
  const recent = useMemo(() => (count || !count ? recentTypes().map((name) => types.get(name)).filter((type) => type !== undefined) : []), [types, count]);
  const favourites = usePrefs((prefs) => prefs.favourites);
  const liked = favourites.map((name) => types.get(name)).filter((type) => type !== undefined);
  if (!isShown) return null;
  return (
    <aside className="palette" aria-label={t('palette')}>
      <div className="find">
        <Icon name="search" />
        <input className="inp" type="search" placeholder={t('palette.search')} aria-label={t('palette.search')} value={query} onChange={(event) => setQuery(event.target.value)} />
        <button type="button" className="btn ghost icon" aria-label={t('palette.hide')} title={`${t('palette.hide')} ([)`} onClick={() => setPref('palette', false)}><Icon name="hide" /></button>
      </div>
      <div className="plist" tabIndex={-1}>
        {!query && liked.length > 0 && <Section id="favourites" title={t('cat.favourites')} types={liked} onGhost={setGhost} />}
        {!query && recent.length > 0 && <Section id="recent" title={t('cat.recent')} types={recent} onGhost={setGhost} />}
        {CATEGORIES.map((category) => {
          const own = found.filter((type) => type.category === category);
          return own.length > 0 && <Section key={category} id={category} title={t(`cat.${category}`)} types={own} onGhost={setGhost} />;
        })}
        {!found.length && <p className="hint pad">{t('palette.none')}</p>}
      </div>
      {ghost && createPortal(
        <div className="dragghost" style={{ left: ghost.x, top: ghost.y }}><Tile name={ghost.type.icon} category={ghost.type.category} />{titleOf(ghost.type)}</div>,
        document.body,
      )}
    </aside>
  );
}

export function fits(type: NodeType, query: string): boolean {
  const text = `${titleOf(type)} ${type.name} ${type.type} ${type.description}`.toLowerCase();
  return query.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

interface SectionProps {
  id: string;
  title: string;
  types: readonly NodeType[];
  onGhost: (ghost: Ghost | null) => void;
}

function Section({ id, title, types, onGhost }: SectionProps) {
  return (
    <section style={{ '--c': `var(--c-${id})` } as React.CSSProperties} aria-label={title}>
      <h3>{title}<em>{types.length}</em></h3>
      {types.map((type) => <Item key={type.type} type={type} onGhost={onGhost} isRecent={id === 'recent' || id === 'favourites'} />)}
    </section>
  );
}

const FAR = 4;

function Item({ type, onGhost, isRecent }: { type: NodeType; onGhost: (ghost: Ghost | null) => void; isRecent: boolean }) {
  const flow = useReactFlow() as unknown as Flow;
  const moved = useRef(false);
  const start = (down: React.PointerEvent) => {
    if (down.button) return;
    moved.current = false;
    const move = (event: PointerEvent) => {
      if (!moved.current && Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < FAR) return;
      moved.current = true;
      onGhost({ type, x: event.clientX, y: event.clientY });
      set({ dropEdge: type.source ? null : edgeAt(event) });
    };
    const end = (event: PointerEvent) => {
      for (const name of ['pointermove', 'pointerup', 'pointercancel'] as const) removeEventListener(name, name === 'pointermove' ? move : end);
      onGhost(null);
      const edge = useEditor.getState().dropEdge;
      set({ dropEdge: null });
      if (moved.current && event.type === 'pointerup') drop(flow, type, event, edge);
    };
    addEventListener('pointermove', move);
    addEventListener('pointerup', end);
    addEventListener('pointercancel', end);
  };
  const click = () => {
    if (moved.current) return;
    focusNode(add(type.type, freePlace(flow)));
  };
  const isLiked = usePrefs((prefs) => prefs.favourites.includes(type.type));
  const star = t(isLiked ? 'palette.unlike' : 'palette.like', { name: titleOf(type) });
  return (
    <div className="prow2">
      <button type="button" className="pitem" title={type.description} aria-keyshortcuts="*" data-type={isRecent ? undefined : type.type} onPointerDown={start} onClick={click} onKeyDown={(event) => { if (event.key === '*') { event.preventDefault(); toggleFavourite(type.type); } }}>
        <Tile name={type.icon} category={type.category} /><span>{titleOf(type)}</span>
      </button>
      <button type="button" className="star" tabIndex={-1} aria-pressed={isLiked} aria-label={star} title={`${star} (*)`} onClick={() => toggleFavourite(type.type)}><Icon name="star" /></button>
    </div>
  );
}

function drop(flow: Flow, type: NodeType, event: PointerEvent, edge: string | null): void {
  const under = document.elementFromPoint(event.clientX, event.clientY);
  if (!under?.closest('.flow')) return;
  const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
  focusNode(add(type.type, { x: at.x - CARD_W / 2, y: at.y - CARD_H / 2 }, edge ? { edge } : {}));
}
