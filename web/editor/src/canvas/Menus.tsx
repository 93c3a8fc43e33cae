import { useState, type CSSProperties, type ReactNode } from 'react';
import { useReactFlow } from '@xyflow/react';
import { CARD_H, CARD_W, relationColor } from '../core/geometry';
import { t } from '../core/i18n';
import { Icon } from '../shell/Icon';
import { copy, cut, duplicate, group, nameOf, openNode, relabel, relationsFrom, remove, removeSelected, select, toggleDisabled } from '../state/actions';
import { get, set, useEditor, type At } from '../state/editor';
import { scale } from '../shell/scale';
import { toggleDebug } from '../state/debug';
import { armTrace } from '../state/trace';
import type { Flow } from './view';

/** A small menu at a point of the screen. */
function Popup({ at, label, onClose, children }: { at: At; label: string; onClose: () => void; children: ReactNode }) {
  const style = { left: Math.max(8, Math.min(at.x, innerWidth - 232 * scale())), top: Math.max(8, Math.min(at.y, innerHeight - 380 * scale())) };
  const walk = (event: React.KeyboardEvent<HTMLDivElement>) => {
    const items = [...event.currentTarget.querySelectorAll<HTMLElement>('button,input')];
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) items[(items.indexOf(document.activeElement as HTMLElement) + by + items.length) % items.length]?.focus();
    else if (event.key !== 'Escape') return;
    else onClose();
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="scrim clear" onPointerDown={onClose} onContextMenu={(event) => { event.preventDefault(); onClose(); }}>
      <div className="pop" role="menu" aria-label={label} style={style} onPointerDown={(event) => event.stopPropagation()} onKeyDown={walk}>{children}</div>
    </div>
  );
}

/** The relation of an arrow: another one, several, one of your own; or no arrow at all. */
export function PillMenu() {
  const pill = useEditor((state) => state.pill);
  const edge = useEditor((state) => state.doc.edges.find((item) => item.id === state.pill?.edge));
  return pill && edge && <Relations key={edge.id} edge={edge} at={pill.at} />;
}

function Relations({ edge, at }: { edge: { id: string; from: string; to: string; relation: string }; at: At }) {
  const flow = useReactFlow() as unknown as Flow;
  const [several, setSeveral] = useState<string[]>([]);
  const close = () => set({ pill: null });
  const take = (names: string[]) => { relabel(edge.id, names); close(); };
  const choices = [...new Set([...relationsFrom(edge.from), edge.relation])];
  const canName = get().types.get(get().doc.nodes.find((node) => node.id === edge.from)?.type ?? '')?.customRelations;
  const key = (event: React.KeyboardEvent, name: string) => {
    if (event.key === ' ') { event.preventDefault(); setSeveral(several.includes(name) ? several.filter((item) => item !== name) : [...several, name]); }
    if (event.key === 'Enter' && several.length) { event.preventDefault(); take([...new Set([...several, name])]); }
  };
  const insert = () => {
    const node = (id: string) => flow.getNode(id)?.position ?? { x: 0, y: 0 };
    const [from, to] = [node(edge.from), node(edge.to)];
    set({ pill: null, quick: { at, place: { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 - CARD_H / 2 + CARD_W / 8 }, edge: edge.id } });
  };
  return (
    <Popup at={at} label={t('edge.relation')} onClose={close}>
      <h4>{t('edge.relation')}<small>{t('edge.several')}</small></h4>
      <div className="rellist">
        {choices.map((name) => (
          <button key={name} type="button" role="menuitemradio" autoFocus={name === edge.relation} aria-checked={several.length ? several.includes(name) : name === edge.relation} className="row" style={{ '--ec': relationColor(name) } as CSSProperties} onKeyDown={(event) => key(event, name)} onClick={() => take(several.length ? [...new Set([...several, name])] : [name])}>
            <span className="dotc" /><span dir="auto">{name}</span>{(several.length ? several.includes(name) : name === edge.relation) && <Icon name="check" />}
          </button>
        ))}
      </div>
      {canName && <input className="inp" aria-label={t('edge.otherName')} placeholder={t('edge.other')} maxLength={255} onKeyDown={(event) => { const name = event.currentTarget.value.trim(); if (event.key === 'Enter' && name) take([...several, name]); }} />}
      <hr />
      <button type="button" role="menuitem" className="row" onClick={insert}><Icon name="plus-circle" />{t('edge.insert')}</button>
      <button type="button" role="menuitem" className="row danger" onClick={() => { remove([edge.id]); close(); }}><Icon name="trash-2" />{t('edge.delete')}</button>
    </Popup>
  );
}

/** What can be done to a card; a long press or the right button opens it. */
export function NodeMenu() {
  const menu = useEditor((state) => state.menu);
  if (!menu) return null;
  const close = () => set({ menu: null });
  const row = (icon: string, label: string, run: () => void, danger = false) => (
    <button type="button" role="menuitem" className={`row ${danger ? 'danger' : ''}`} onClick={() => { close(); run(); }}><Icon name={icon} />{label}</button>
  );
  const ids = () => [...get().selected];
  return (
    <Popup at={menu.at} label={nameOf(menu.node)} onClose={close}>
      {row('pen-line', t('outline.open', { name: nameOf(menu.node) }), () => openNode(menu.node))}
      {row('pen-line', t('rename'), () => set({ renaming: menu.node }))}
      {row('connect', t('connect.title', { name: nameOf(menu.node) }), () => set({ ask: { kind: 'connect', node: menu.node } }))}
      {row('workflow', t('edges.title', { name: nameOf(menu.node) }), () => set({ ask: { kind: 'edges', node: menu.node } }))}
      <hr />
      {row('route', t('trace.next'), () => void armTrace(menu.node))}
      {row('bug', t('panel.debug'), () => void toggleDebug(menu.node))}
      {row('pause', t('panel.disable'), () => toggleDisabled(ids()))}
      {row('copy', t('copy'), copy)}
      {row('copy', t('cut'), cut)}
      {row('files', t('duplicate'), () => { if (!get().selected.size) select([menu.node]); duplicate(); })}
      {row('group', t('group.make'), group)}
      <hr />
      {row('trash-2', t('delete'), () => removeSelected(), true)}
    </Popup>
  );
}
