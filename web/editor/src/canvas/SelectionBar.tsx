import { align, type Way } from '../core/align';
import { CARD_W, cardHeight, portsOf, snap } from '../core/geometry';
import { move } from '../core/document';
import { t, tn } from '../core/i18n';
import { Icon } from '../shell/Icon';
import { duplicate, edit, group, removeSelected, selectedNodes, tidy, toggleDisabled } from '../state/actions';
import { toggleDebug, useDebug } from '../state/debug';
import { get, useEditor } from '../state/editor';
import { usedBy } from '../state/index';

const WAYS: readonly Way[] = ['left', 'top', 'middle', 'columns', 'rows'];

/** What can be done to several nodes at once. */
export function SelectionBar() {
  const count = useEditor((state) => (state.open ? 0 : state.doc.nodes.filter((node) => state.selected.has(node.id)).length));
  const areOff = useEditor((state) => state.doc.nodes.every((node) => !state.selected.has(node.id) || node.disabled));
  const areDebugged = useDebug(({ until }) => [...get().selected].every((id) => !get().doc.nodes.some((node) => node.id === id) || (until[id] ?? 0) > Date.now()));
  if (count < 2) return null;
  const ids = () => selectedNodes().map((node) => node.id);
  return (
    <div className="selbar" role="toolbar" aria-label={tn('selection', count)}>
      <b>{tn('selection', count)}</b>
      <Act icon="bug" label={t('panel.debug')} isOn={areDebugged} run={() => void toggleDebug(...ids())} />
      <Act icon={areOff ? 'play' : 'pause'} label={t(areOff ? 'panel.enable' : 'panel.disable')} isOn={areOff} run={() => toggleDisabled(ids())} />
      <span className="sep" />
      {WAYS.map((way) => <Act key={way} icon={`align-${way}`} label={t(`align.${way}`)} run={() => put(way)} />)}
      <Act icon="wand" label={t('tidy')} run={() => void tidy()} />
      <span className="sep" />
      <Act icon="group" label={t('group.make')} run={group} />
      <Act icon="files" label={t('duplicate')} run={duplicate} />
      <Act icon="trash-2" label={t('delete')} run={() => removeSelected()} isDanger />
    </div>
  );
}

function Act({ icon, label, run, isOn, isDanger = false }: { icon: string; label: string; run: () => void; isOn?: boolean; isDanger?: boolean }) {
  return <button type="button" className={`btn ghost sm icon ${isDanger ? 'danger' : ''}`} aria-label={label} title={label} {...(isOn === undefined ? {} : { 'aria-pressed': isOn })} onClick={run}><Icon name={icon} /></button>;
}

function put(way: Way): void {
  const { doc, types, expanded } = get();
  const boxes = selectedNodes().map(({ id, x, y, ...node }) => ({ id, x, y, height: cardHeight(portsOf({ id, x, y, ...node }, types.get(node.type), usedBy(doc.edges, id), expanded.has(id))) }));
  const places = align(boxes, way, CARD_W);
  edit((now) => move(now, new Map([...places].map(([id, place]) => [id, { x: snap(place.x), y: snap(place.y) }]))));
}
