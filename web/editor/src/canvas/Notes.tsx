import { memo, type CSSProperties } from 'react';
import { NodeResizer, type NodeProps } from '@xyflow/react';
import { patchGroup, patchNote } from '../core/document';
import { snap } from '../core/geometry';
import { t } from '../core/i18n';
import { edit } from '../state/actions';
import { set, useEditor } from '../state/editor';
import type { GroupNode, NoteNode } from './flow';

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
          onKeyDown={(event) => { event.stopPropagation(); if (event.key === 'Escape') event.currentTarget.blur(); }} />
      ) : (
        <p dir="auto">{note.text || <span className="faint">{t('note.empty')}</span>}</p>
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
            onKeyDown={(event) => { event.stopPropagation(); if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur(); }} />
        ) : <span dir="auto">{group.name}</span>}
      </div>
    </div>
  );
});
