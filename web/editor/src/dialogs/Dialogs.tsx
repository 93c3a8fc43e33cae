import { lazy, Suspense, useState, type ReactNode } from 'react';
import { relationColor } from '../core/geometry';
import { t } from '../core/i18n';
import { conflictKey, type Choice, type Conflict } from '../core/merge';
import { Diff } from '../panel/Diff';
import { Icon } from '../shell/Icon';
import { List } from '../shell/List';
import { Modal as Frame } from '../shell/Modal';
import { connect, focusNode, nameOf, relabel, relationsFrom, remove } from '../state/actions';
import { get, set, useEditor, type Ask } from '../state/editor';
import { setPref, usePrefs } from '../state/prefs';
import { decideLater, deploy, deployWarned, resolve, saveDraft } from '../state/saving';

const Peek = lazy(() => import('../canvas/Peek'));
const close = () => set({ ask: null });

/** What is asked in the middle of the screen, one thing at a time. */
export default function Dialogs() {
  const ask = useEditor((state) => state.ask);
  if (!ask) return null;
  if (ask.kind === 'connect') return <Connect key={ask.node} node={ask.node} />;
  if (ask.kind === 'edges') return <Edges node={ask.node} />;
  if (ask.kind === 'merge') return <MergeDialog ask={ask} />;
  if (ask.kind === 'note') return <NoteDialog />;
  if (ask.kind === 'warned') return <Warned note={ask.note} keys={ask.keys} />;
  if (ask.kind === 'peek') return <Suspense fallback={null}><Peek chain={ask.chain} /></Suspense>;
  return ask.kind === 'keys' ? <KeysDialog /> : <Blocked note={ask.note} />;
}

/** A question of the editor; closing it takes back that it was asked. */
function Modal({ onClose = close, ...rest }: { title: string; text?: string; wide?: boolean; onClose?: () => void; children: ReactNode }) {
  return <Frame onClose={onClose} {...rest} />;
}

function NoteDialog() {
  const [note, setNote] = useState('');
  return (
    <Modal title={t('note.title')}>
      <form onSubmit={(event) => { event.preventDefault(); void deploy(note); }}>
        <div className="f"><label htmlFor="note">{t('note.label')}</label><textarea id="note" className="inp" rows={3} maxLength={1000} autoFocus value={note} onChange={(event) => setNote(event.target.value)} /></div>
        <div className="acts"><button type="button" className="btn" onClick={close}>{t('cancel')}</button><button type="submit" className="btn primary"><Icon name="rocket" />{t('deploy')}</button></div>
      </form>
    </Modal>
  );
}

function Blocked({ note }: { note: string }) {
  const problems = useEditor((state) => state.problems).filter((problem) => problem.level === 'error');
  return (
    <Modal title={t('deploy.blocked')} text={t('deploy.blocked.text')}>
      <ul className="problems">{problems.slice(0, 8).map((problem) => <li key={problem.key}><span className="lv error"><Icon name="error" /></span><b dir="auto">{problem.nodeId ? nameOf(problem.nodeId) : t('problems.chain')}</b><span className="txt" dir="auto">{problem.text}</span></li>)}</ul>
      <div className="acts"><button type="button" className="btn" onClick={() => void saveDraft(note)}>{t('deploy.draft')}</button><button type="button" className="btn primary" onClick={() => set({ ask: null, drawer: 'problems' })}>{t('deploy.show')}</button></div>
    </Modal>
  );
}

/** Warnings are asked about once. */
function Warned({ note, keys }: { note: string; keys: readonly string[] }) {
  const problems = useEditor((state) => state.problems).filter((problem) => keys.includes(problem.key));
  return (
    <Modal title={t('deploy.warned')} text={t('deploy.warned.text')}>
      <ul className="problems">{problems.slice(0, 8).map((problem) => <li key={problem.key}><span className="lv warning"><Icon name="warning" /></span><b dir="auto">{problem.nodeId ? nameOf(problem.nodeId) : t('problems.chain')}</b><span className="txt" dir="auto">{problem.text}</span></li>)}</ul>
      <div className="acts"><button type="button" className="btn" onClick={() => set({ ask: null, drawer: 'problems' })}>{t('deploy.show')}</button><button type="button" className="btn primary" autoFocus onClick={() => deployWarned(note)}>{t('deploy.anyway')}</button></div>
    </Modal>
  );
}

function MergeDialog({ ask }: { ask: Extract<Ask, { kind: 'merge' }> }) {
  const [choices, setChoices] = useState<ReadonlyMap<string, Choice>>(new Map());
  const choose = (conflict: Conflict, choice: Choice) => setChoices(new Map([...choices, [conflictKey(conflict), choice]]));
  return (
    <Modal wide title={t('merge.title')} text={t('merge.text')} onClose={decideLater}>
      <div className="conflicts">
        {ask.conflicts.map((conflict) => {
          const chosen = choices.get(conflictKey(conflict)) ?? 'mine';
          return (
            <fieldset key={conflictKey(conflict)}>
              <legend>{t(`merge.kind.${conflict.kind}`)} <bdi>{conflict.label}</bdi></legend>
              <div className="seg" role="radiogroup" aria-label={conflict.label}>
                {(['mine', 'theirs'] as const).map((side) => <button key={side} type="button" role="radio" aria-checked={chosen === side} onClick={() => choose(conflict, side)}>{t(`merge.${side}`)}{conflict[side] === undefined && ` (${t('merge.deleted')})`}</button>)}
              </div>
              <Diff before={conflict.theirs} after={conflict.mine} />
            </fieldset>
          );
        })}
      </div>
      <div className="acts"><button type="button" className="btn" onClick={decideLater}>{t('merge.later')}</button><button type="button" className="btn primary" onClick={() => resolve(choices)}>{t('merge.apply')}</button></div>
    </Modal>
  );
}

/** C: first the relation, then the target. */
function Connect({ node }: { node: string }) {
  const [relation, setRelation] = useState(relationsFrom(node)[0] ?? '');
  const relations = relationsFrom(node);
  const done = () => { close(); focusNode(node); };
  const turn = (back: boolean) => { const at = relations.indexOf(relation); setRelation(relations[(at + (back ? relations.length - 1 : 1)) % relations.length]!); };
  const items = (query: string) => get().doc.nodes
    .filter((other) => other.id !== node && !get().types.get(other.type)?.source && other.name.toLowerCase().includes(query.toLowerCase()))
    .map((other) => { const type = get().types.get(other.type); return { key: other.id, icon: type?.icon ?? 'info', category: type?.category ?? 'flow', label: other.name, hint: type?.name ?? '', run: () => { connect(node, relation, other.id); done(); } }; });
  return (
    <div className="scrim" onPointerDown={done}>
      <List label={t('connect.title', { name: nameOf(node) })} placeholder={`${t('connect.to')}…`} items={items} onClose={done} {...(relations.length > 1 ? { onTab: turn } : {})}>
        <div className="choices" role="group" aria-label={t('edge.relation')}>
          {relations.slice(0, 12).map((name) => <button key={name} type="button" tabIndex={-1} className="pill still" aria-pressed={name === relation} style={{ '--ec': relationColor(name) } as React.CSSProperties} onClick={() => setRelation(name)}>{name}</button>)}
          {relations.length > 1 && <small>{t('quick.tab')}</small>}
        </div>
      </List>
    </div>
  );
}

/** E: the arrows of a node, to relabel or delete. */
function Edges({ node }: { node: string }) {
  const edges = useEditor((state) => state.doc.edges).filter((edge) => edge.from === node || edge.to === node);
  return (
    <Modal title={t('edges.title', { name: nameOf(node) })} onClose={() => { close(); focusNode(node); }}>
      {!edges.length && <p className="hint">{t('edges.none')}</p>}
      <ul className="problems">
        {edges.map((edge) => (
          <li key={edge.id}>
            <select className="inp" aria-label={t('edge.relation')} value={edge.relation} onChange={(event) => { const relation = event.target.value; relabel(edge.id, [relation]); }}>
              {[...new Set([...relationsFrom(edge.from), edge.relation])].map((name) => <option key={name}>{name}</option>)}
            </select>
            <span className="txt" dir="auto">{edge.from === node ? nameOf(edge.to) : t('edges.in', { name: nameOf(edge.from) })}</span>
            <button type="button" className="btn sm ghost icon danger" aria-label={`${t('edge.delete')}: ${edge.relation}`} onClick={() => remove([edge.id])}><Icon name="trash-2" /></button>
          </li>
        ))}
      </ul>
    </Modal>
  );
}

const KEYS: readonly (readonly [string, string])[] = [
  ['Ctrl+K', 'search'], ['Ctrl+S', 'deploy'], ['Ctrl+Z', 'undo'], ['Ctrl+Shift+Z', 'redo'], ['Ctrl+C / X / V', 'copy'], ['Ctrl+D', 'duplicate'], ['Ctrl+A', 'keys.all'],
  ['A', 'quick.add'], ['Shift+A', 'edge.insert'], ['C', 'keys.connect'], ['E', 'keys.edges'], ['Enter', 'keys.open'], ['Ctrl+/', 'keys.help'], ['Ctrl+Enter', 'keys.run'], ['F2', 'rename'], ['Del', 'delete'], ['Alt+Del', 'keys.heal'],
  ['← → ↑ ↓', 'keys.move'], ['Alt+← → ↑ ↓', 'keys.walk'], ['Esc', 'keys.close'], ['D', 'panel.debug'], ['Shift+D', 'panel.disable'],
  ['G', 'group.make'], ['Shift+G', 'group.undo'], ['Shift+C', 'group.fold'], ['T', 'trace'], [',', 'trace.back'], ['.', 'trace.forward'], ['N', 'note.add'], ['Shift+L', 'tidy'], ['F', 'zoom.fit'], ['1', 'keys.full'], ['+ −', 'keys.zoom'], ['H', 'heat'], ['O', 'outline.show'], ['P', 'problems'], ['F8', 'problems.next'], ['[', 'palette'],
];

function KeysDialog() {
  const letters = usePrefs((prefs) => prefs.letters);
  return (
    <Modal wide title={t('help.keys')}>
      <dl className="keys">{KEYS.map(([key, word]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{t(word)}</dd></div>)}</dl>
      <div className="f row"><label htmlFor="letters">{t('help.letters')}</label><input id="letters" type="checkbox" role="switch" className="sw" checked={letters} onChange={(event) => setPref('letters', event.target.checked)} /></div>
    </Modal>
  );
}
