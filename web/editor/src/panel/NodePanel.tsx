import { useEffect, useMemo, useState } from 'react';
import * as Tabs from '@radix-ui/react-tabs';
import { useQuery } from '@tanstack/react-query';
import { nodeOf } from '../core/document';
import { keepSetting, readSetting } from '../core/drafts';
import { t } from '../core/i18n';
import { scriptPaths } from '../core/paths';
import type { DocNode, NodeType } from '../core/types';
import { Icon, Tile } from '../shell/Icon';
import { REM, scale } from '../shell/scale';
import { closePanel, configure, connect, duplicate, patch, remove, select, toggleDisabled } from '../state/actions';
import { set, useEditor, type Tab } from '../state/editor';
import { loadDebug, toggleDebug, useDebug } from '../state/debug';
import { problemsOf } from '../state/problems';
import { INPUT } from '../core/types';
import { EventsTab } from './EventsTab';
import { HelpTab } from './HelpTab';
import { captured, SAMPLE, type Sample } from './samples';
import { SchemaForm } from './SchemaForm';
import { TestTab } from './TestTab';

const TABS: readonly Tab[] = ['configure', 'test', 'events', 'help'];
const NARROW = 400;
const WIDE = 640;

/** Everything about one node, floating at the right. */
export default function NodePanel() {
  const id = useEditor((state) => state.open);
  const node = useEditor((state) => nodeOf(state.doc, state.open));
  const type = useEditor((state) => state.types.get(node?.type ?? ''));
  if (!id || !node) return null;
  return <Panel key={id} node={node} type={type} />;
}

function Panel({ node, type }: { node: DocNode; type: NodeType | undefined }) {
  const chain = useEditor((state) => state.chain?.id ?? '');
  const tab = useEditor((state) => state.tab);
  const [width, setWidth] = useState(() => readSetting('panel', NARROW));
  const [test, setTest] = useState({ text: JSON.stringify(SAMPLE, null, 2), source: 'sample' });
  useEffect(() => { void loadDebug().catch(() => undefined); }, [chain]);
  const category = type?.category ?? 'flow';
  const isTestable = type && !type.source;
  return (
    <section className="side" style={{ '--w': `${width / REM}rem`, '--c': `var(--c-${category})` } as React.CSSProperties} aria-label={t('panel', { name: node.name })} data-testid="panel">
      <Grip width={width} onWidth={setWidth} />
      <header>
        <Tile name={type?.icon ?? 'info'} category={category} />
        <div className="name">
          <input aria-label={t('name')} dir="auto" maxLength={255} value={node.name} onChange={(event) => patch(node.id, { name: event.target.value }, 'name')} />
          <small>{t(`cat.${category}`)} · {type ? type.name : node.type}</small>
        </div>
        <button type="button" className="btn ghost icon" aria-label={t('close')} onClick={closePanel}><Icon name="x" /></button>
      </header>
      {type ? (
        <Tabs.Root className="tabroot" value={isTestable || tab !== 'test' ? tab : 'configure'} onValueChange={(next) => set({ tab: next as Tab })}>
          <Tabs.List className="tabs" aria-label={t('panel', { name: node.name })}>
            {TABS.filter((name) => isTestable || name !== 'test').map((name) => <Tabs.Trigger key={name} value={name}>{t(`panel.${name}`)}{name === 'configure' && <Count id={node.id} />}</Tabs.Trigger>)}
          </Tabs.List>
          <Tabs.Content className="body" value="configure"><Configure node={node} type={type} chain={chain} text={test.text} isOwnText={test.source !== 'sample'} /></Tabs.Content>
          <Tabs.Content className="body" value="test"><TestTab node={node} type={type} text={test.text} source={test.source} onText={(text, source) => setTest({ text, source })} /></Tabs.Content>
          <Tabs.Content className="body" value="events"><EventsTab node={node} onUse={(text) => { setTest({ text, source: '' }); set({ tab: 'test' }); }} /></Tabs.Content>
          <Tabs.Content className="body" value="help"><HelpTab type={type} /></Tabs.Content>
        </Tabs.Root>
      ) : <div className="body tabroot"><p className="hint">{t('panel.unknown', { type: node.type })}</p><pre className="raw">{JSON.stringify(node.config, null, 2)}</pre></div>}
      <Footer node={node} isSource={type?.source ?? false} />
    </section>
  );
}

function Count({ id }: { id: string }) {
  const count = useEditor((state) => problemsOf(state.problems, id).length);
  return count > 0 && <span className="chip small">{count}</span>;
}

interface ConfigureProps {
  node: DocNode;
  type: NodeType;
  chain: string;
  text: string;
  isOwnText: boolean;
}

function Configure({ node, type, chain, text, isOwnText }: ConfigureProps) {
  const problems = useEditor((state) => problemsOf(state.problems, node.id));
  const focusField = useEditor((state) => state.focusField);
  const hasCode = Object.values(type.schema.properties ?? {}).some((field) => field['x-ui']?.widget === 'code');
  const { data: real } = useQuery({ queryKey: ['captured', chain, node.id], queryFn: () => captured(chain, node.id), enabled: hasCode });
  const sample = useMemo(() => (!isOwnText && real?.[0] ? real[0].sample : parsed(text)), [text, isOwnText, real]);
  useEffect(() => {
    if (!focusField) return;
    const find = () => document.querySelector<HTMLElement>(`.side [data-field="${focusField}"] :is(input,select,textarea,.cm-content,button)`);
    requestAnimationFrame(() => find()?.focus());
    set({ focusField: null });
  }, [focusField]);
  const isEmpty = !Object.keys(type.schema.properties ?? {}).length;
  return (
    <>
      {problems.filter((problem) => !problem.field).map((problem) => <p key={problem.key} className={`note ${problem.level}`}><Icon name={problem.level} />{problem.text}</p>)}
      <SchemaForm schema={type.schema} config={node.config} problems={problems} paths={(parameters) => scriptPaths(sample, parameters)} onChange={(key, value) => configure(node.id, key, value)} />
      {isEmpty && <p className="hint">{type.description} {t('panel.nothing')}</p>}
    </>
  );
}

function parsed(text: string): Sample {
  try {
    return { ...SAMPLE, ...(JSON.parse(text) as Partial<Sample>) };
  } catch {
    return SAMPLE;
  }
}

function Footer({ node, isSource }: { node: DocNode; isSource: boolean }) {
  const isEntry = useEditor((state) => state.doc.entry === node.id);
  const isDebugged = useDebug((state) => (state.until[node.id] ?? 0) > Date.now());
  return (
    <footer>
      <button type="button" className="btn sm" aria-pressed={isDebugged} onClick={() => void toggleDebug(node.id)}><Icon name="bug" />{t(isDebugged ? 'panel.debugging' : 'panel.debug')}</button>
      <button type="button" className="btn sm" aria-pressed={node.disabled ?? false} onClick={() => toggleDisabled([node.id])}><Icon name={node.disabled ? 'play' : 'pause'} />{t(node.disabled ? 'panel.enable' : 'panel.disable')}</button>
      {!isSource && !isEntry && <button type="button" className="btn sm ghost" aria-label={t('panel.entry')} title={t('panel.entry')} onClick={() => connect(INPUT, 'Messages', node.id)}><Icon name="flag" /><span className="word">{t('panel.entry')}</span></button>}
      <span className="grow" />
      <button type="button" className="btn sm ghost icon" aria-label={t('duplicate')} title={t('duplicate')} onClick={() => { select([node.id]); duplicate(); }}><Icon name="copy" /></button>
      <button type="button" className="btn sm ghost icon danger" aria-label={t('delete')} title={t('delete')} onClick={() => remove([node.id])}><Icon name="trash-2" /></button>
    </footer>
  );
}

/** The left side of the panel, to make it wider. */
function Grip({ width, onWidth }: { width: number; onWidth: (width: number) => void }) {
  const put = (next: number) => { const fair = Math.round(Math.min(WIDE, Math.max(NARROW, next))); onWidth(fair); keepSetting('panel', fair); };
  const start = (down: React.PointerEvent) => {
    const move = (event: PointerEvent) => put(width + (down.clientX - event.clientX) / scale());
    const end = () => { removeEventListener('pointermove', move); removeEventListener('pointerup', end); };
    addEventListener('pointermove', move);
    addEventListener('pointerup', end);
  };
  return <div className="grip" role="separator" aria-orientation="vertical" aria-label={t('panel.resize')} aria-valuenow={width} aria-valuemin={NARROW} aria-valuemax={WIDE} tabIndex={0} onPointerDown={start}
    onKeyDown={(event) => { const by = { ArrowLeft: 40, ArrowRight: -40 }[event.key]; if (by) { event.preventDefault(); event.stopPropagation(); put(width + by); } }} />;
}
