import { relationColor } from '../core/geometry';
import { t, tn } from '../core/i18n';
import type { DocNode } from '../core/types';
import { Icon, Tile } from '../shell/Icon';
import { connect, nameOf, openNode, relationsFrom, remove, select } from '../state/actions';
import { get, set, useEditor } from '../state/editor';
import { flowOrder } from '../state/index';
import { problemsOf } from '../state/problems';
import { INPUT } from '../core/types';
import { openAndFocus } from './keys';

/** The chain as a list: the same as the canvas, for ears, keyboards and small screens. */
export default function Outline() {
  const doc = useEditor((state) => state.doc);
  const types = useEditor((state) => state.types);
  const order = flowOrder(doc, types);
  const byId = new Map(doc.nodes.map((node) => [node.id, node]));
  return (
    <div className="outline" data-testid="outline">
      <table>
        <caption className="sr">{t('outline')}</caption>
        <thead><tr><th scope="col">{t('outline.step')}</th><th scope="col">{t('outline.goes')}</th><th scope="col" className="acts">{t('outline.actions')}</th></tr></thead>
        <tbody>{order.map((id) => <Row key={id} node={byId.get(id)!} />)}</tbody>
      </table>
      {!doc.nodes.length && <p className="hint pad">{t('canvas.empty')}</p>}
      <div className="pad"><button type="button" className="btn" onClick={() => addAfter(undefined)}><Icon name="plus" />{t('quick.add')}</button></div>
    </div>
  );
}

function addAfter(node: DocNode | undefined): void {
  select(node ? [node.id] : []);
  const relations = node ? relationsFrom(node.id) : [];
  const last = get().doc.nodes.at(-1);
  const place = node ? { x: node.x + 344, y: node.y } : { x: last ? last.x : 0, y: last ? last.y + 96 : 0 };
  set({ quick: { at: { x: innerWidth / 2 - 150, y: 120 }, place, ...(node && relations[0] ? { from: node.id, relation: relations[0] } : {}) } });
}

function Row({ node }: { node: DocNode }) {
  const type = useEditor((state) => state.types.get(node.type));
  const edges = useEditor((state) => state.doc.edges);
  const isEntry = useEditor((state) => state.doc.entry === node.id);
  const isSelected = useEditor((state) => state.selected.has(node.id));
  const problems = useEditor((state) => problemsOf(state.problems, node.id));
  const out = edges.filter((edge) => edge.from === node.id);
  return (
    <tr aria-selected={isSelected} className={node.disabled ? 'off' : ''} data-name={node.name}>
      <th scope="row">
        <button type="button" className="stepname" onClick={() => openAndFocus(node.id)}>
          <span className="sr">{t('outline.word')} </span>
          <Tile name={type?.icon ?? 'info'} category={type?.category ?? 'flow'} />
          <span><b dir="auto">{node.name}</b><small>{type ? type.name : node.type}{isEntry && ` · ${t('outline.entry')}`}</small></span>
          {problems.length > 0 && <span className={`badge ${problems[0]!.level}`}>{tn('problems', problems.length)}</span>}
        </button>
      </th>
      <td>
        {out.map((edge) => (
          <div className="goes" key={edge.id}>
            <button type="button" className="pill still" style={{ '--ec': relationColor(edge.relation) } as React.CSSProperties} aria-label={t('edge.pill', { relation: edge.relation, from: node.name, to: nameOf(edge.to) })}
              onClick={(event) => { const box = event.currentTarget.getBoundingClientRect(); set({ pill: { edge: edge.id, at: { x: box.left, y: box.bottom + 4 } } }); }}>{edge.relation}</button>
            <Icon name="right" /><button type="button" className="link" dir="auto" onClick={() => { openNode(edge.to); }}>{nameOf(edge.to)}</button>
          </div>
        ))}
        {!out.length && <span className="muted">{t('outline.ends')}</span>}
      </td>
      <td className="acts">
        <button type="button" className="btn ghost sm icon" title={t('outline.add', { name: node.name })} aria-label={t('outline.add', { name: node.name })} onClick={() => addAfter(node)}><Icon name="plus" /></button>
        <button type="button" className="btn ghost sm icon" title={t('connect.title', { name: node.name })} aria-label={t('connect.title', { name: node.name })} onClick={() => set({ ask: { kind: 'connect', node: node.id } })}><Icon name="connect" /></button>
        {!isEntry && !type?.source && <button type="button" className="btn ghost sm icon" title={t('outline.makeEntry', { name: node.name })} aria-label={t('outline.makeEntry', { name: node.name })} onClick={() => connect(INPUT, 'Messages', node.id)}><Icon name="flag" /></button>}
        <button type="button" className="btn ghost sm icon danger" title={t('outline.delete', { name: node.name })} aria-label={t('outline.delete', { name: node.name })} onClick={() => remove([node.id])}><Icon name="trash-2" /></button>
      </td>
    </tr>
  );
}
