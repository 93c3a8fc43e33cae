import { lazy, memo, Suspense, type CSSProperties } from 'react';
import { Handle, NodeResizer, Position, type NodeProps } from '@xyflow/react';
import { patchGroup, patchNote } from '../core/document';
import { CARD_W, cardHeight, portY, relationColor, snap } from '../core/geometry';
import { t, tn } from '../core/i18n';
import { Icon } from '../shell/Icon';
import { collapse, edit, focusSoon } from '../state/actions';
import { set, useEditor } from '../state/editor';
import { passOf, placeOf, useTrace } from '../state/trace';
import type { BundleNode, GroupNode, NoteNode } from './flow';

const Markdown = lazy(() => import('./Markdown'));

/** A sticky note: a double click (or F2) writes in it. */
export const Note = memo(function Note({ id, data, selected }: NodeProps<NoteNode>) {
  const isWriting = useEditor((state) => state.renaming === id);
  const { note } = data;
  return (
    <div className="sticky" data-testid="note" onDoubleClick={() => set({ renaming: id })}>
      <NodeResizer isVisible={selected} minWidth={120} minHeight={56} onResizeEnd={(_, size) =>
        edit((doc) => patchNote(doc, id, { x: snap(size.x), y: snap(size.y), width: snap(size.width), height: snap(size.height) }))} />
      {isWriting ? (
        <textarea className="nodrag nowheel" aria-label={t('note.text')} autoFocus defaultValue={note.text} maxLength={10000}
          onBlur={(event) => { const text = event.target.value; if (text !== note.text) edit((doc) => patchNote(doc, id, { text })); set({ renaming: null }); }}
          onKeyDown={(event) => { event.stopPropagation(); if (event.key === 'Escape') { event.currentTarget.blur(); focusSoon(id); } }} />
      ) : (
        note.text ? <Suspense fallback={<p dir="auto">{note.text}</p>}><Markdown text={note.text} /></Suspense> : <p className="muted">{t('note.empty')}</p>
      )}
    </div>
  );
});

/** A coloured frame that moves with its nodes; its title is renamed by a double click. */
export const Frame = memo(function Frame({ id, data }: NodeProps<GroupNode>) {
  const isRenaming = useEditor((state) => state.renaming === id);
  const { group } = data;
  const done = (name: string) => {
    if (name.trim() && name !== group.name) edit((doc) => patchGroup(doc, id, { name: name.trim() }));
    set({ renaming: null });
  };
  return (
    <div className="frame" data-testid="group" data-name={group.name} style={{ '--c': `var(--c-${group.color})` } as CSSProperties}>
      <div className="frame-title" onDoubleClick={() => set({ renaming: id })}>
        {isRenaming ? (
          <input className="nodrag" aria-label={t('group.name')} autoFocus defaultValue={group.name} maxLength={255} onFocus={(event) => event.target.select()} onBlur={(event) => done(event.target.value)}
            onKeyDown={(event) => { event.stopPropagation(); if (event.key === 'Enter' || event.key === 'Escape') { event.currentTarget.blur(); focusSoon(id); } }} />
        ) : <span dir="auto">{group.name}</span>}
        {!isRenaming && <button type="button" className="fold nodrag" aria-label={t('group.collapse', { name: group.name })} title={`${t('group.collapse', { name: group.name })} (Shift+C)`} onClick={() => collapse(id, true)}><Icon name="shrink" /></button>}
      </div>
    </div>
  );
});

/** A collapsed group: one card with the ports that lead out of its nodes. It is wired when it is unfolded. */
export const Bundle = memo(function Bundle({ id, data }: NodeProps<BundleNode>) {
  const { group, ports, hasInput } = data;
  const problems = useEditor((state) => state.problems.filter((problem) => problem.nodeId && group.nodes.includes(problem.nodeId)).length);
  const isBad = useEditor((state) => state.problems.some((problem) => problem.level === 'error' && problem.nodeId && group.nodes.includes(problem.nodeId)));
  useEditor((state) => state.drawer === 'trace');
  const numbers = useTrace((state) => group.nodes.flatMap((node) => passOf(state, node)?.numbers ?? []).sort((a, b) => a - b).join(' '));
  const isHere = useTrace((state) => numbers !== '' && group.nodes.includes(placeOf(state) ?? ''));
  return (
    <div className={`card bundle ${numbers ? `passed ${isHere ? 'here' : ''}` : ''}`} data-testid="bundle" data-name={group.name} style={{ width: CARD_W, height: cardHeight(ports), '--c': `var(--c-${group.color})` } as CSSProperties}>
      {hasInput && <Handle type="target" id="in" position={Position.Left} className="hd in" isConnectable={false} />}
      <span className="tile"><Icon name="group" /></span>
      <div className="tx"><div className="nm" title={group.name} dir="auto">{group.name}</div><div className="ty">{tn('group.nodes', group.nodes.length)}</div></div>
      <button type="button" className="fold nodrag" aria-label={t('group.unfold', { name: group.name })} title={t('group.unfold', { name: group.name })} onClick={() => collapse(id, false)}><Icon name="expand" /></button>
      {ports.shown.map((relation, index) => <Handle key={relation} type="source" id={relation} position={Position.Right} className="hd wired" isConnectable={false} style={{ top: portY(index, ports), '--ec': relationColor(relation) } as CSSProperties} />)}
      {problems > 0 && <span className={`badge ${isBad ? 'error' : 'warning'}`} role="img" aria-label={`${tn('problems', problems)}: ${group.name}`}>{problems}</span>}
      {numbers && <span className="hopno" role="img" aria-label={`${t('trace.number', { n: numbers })}: ${group.name}`}>{numbers.length > 5 ? `${numbers.split(' ')[0]}…${numbers.split(' ').at(-1)}` : numbers}</span>}
    </div>
  );
});
