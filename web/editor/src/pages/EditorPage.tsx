import { useEffect, useLayoutEffect, useRef } from 'react';
import '@xyflow/react/dist/base.css';
import { ReactFlowProvider, useReactFlow } from '@xyflow/react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Canvas } from '../canvas/Canvas';
import { onKey, onPaste } from '../canvas/keys';
import { NodeMenu, PillMenu } from '../canvas/Menus';
import { Palette } from '../canvas/Palette';
import { CommandPalette, QuickAdd } from '../canvas/Pickers';
import { SelectionBar } from '../canvas/SelectionBar';
import { AddButton, Status, Tools } from '../canvas/Tools';
import type { Flow } from '../canvas/view';
import { api } from '../core/api';
import { t } from '../core/i18n';
import { live, type RateTick } from '../core/live';
import { socket } from '../core/socket';
import { Icon } from '../shell/Icon';
import { Link, Shell } from '../shell/Shell';
import { loadDebug } from '../state/debug';
import { get, set, useEditor } from '../state/editor';
import { watchProblems } from '../state/problems';
import { CHAINS, go } from '../state/router';
import { load, watchDraft } from '../state/saving';
import { openTrace } from '../state/trace';
import { Dialogs, Drawer, NodePanel, Outline } from './editorParts';
import { importFile, TopBar } from './TopBar';

/** The editor of one rule chain. */
export default function EditorPage({ id, language }: { id: string; language: string }) {
  const { data: types, isError, refetch } = useQuery({ queryKey: ['node-types', language], queryFn: api.nodeTypes, staleTime: Infinity, retry: 1, placeholderData: keepPreviousData });
  const phase = useEditor((state) => state.phase);
  const loaded = useRef('');
  useEffect(() => {
    const ends = [watchProblems(), watchDraft()];
    return () => ends.forEach((end) => end());
  }, [id]);
  useEffect(() => {
    if (!types) return;
    // Another language is no reason to load the chain again.
    if (loaded.current === id) set({ types: new Map(types.map((type) => [type.type, type])) });
    else void load(id, types);
    loaded.current = id;
  }, [id, types]);
  if (isError || phase === 'offline') return <Shell here={CHAINS} bar={<span className="grow" />}><Sorry text={t('offline')} onRetry={() => { set({ phase: 'loading' }); if (types) void load(id, types); else void refetch(); }} /></Shell>;
  if (phase === 'missing') return <Shell here={CHAINS} bar={<span className="grow" />}><Sorry text={t('canvas.missing')} /></Shell>;
  if (phase !== 'ready' || get().chain?.id !== id) return <Shell here={CHAINS} bar={<span className="grow" />} className="editor"><main className="canvas" aria-busy="true" /></Shell>;
  return <ReactFlowProvider key={`${id} ${language}`}><Editor id={id} /></ReactFlowProvider>;
}

function Sorry({ text, onRetry }: { text: string; onRetry?: () => void }) {
  return <main className="page"><div className="sorry"><p>{text}</p>{onRetry ? <button type="button" className="btn" onClick={onRetry}>{t('retry')}</button> : <Link to={CHAINS} className="btn">{t('page.toChains')}</Link>}</div></main>;
}

function Editor({ id }: { id: string }) {
  const flow = useReactFlow() as unknown as Flow;
  const isOutline = useEditor((state) => state.outline);
  const isEmpty = useEditor((state) => !state.doc.nodes.length);
  const name = useEditor((state) => state.doc.name);
  const layout = useEditor((state) => `${state.open ? 'with-side' : ''} ${state.drawer ? 'with-drawer' : ''} ${state.compare ? 'comparing' : ''}`);
  useEffect(() => { void loadDebug().catch(() => undefined); }, [id]);
  useEffect(() => { document.title = `${name} · Tidegate`; }, [name]);
  // Before the page is drawn: who sees the canvas may press a key.
  useLayoutEffect(() => {
    const key = (event: KeyboardEvent) => onKey(flow, event);
    addEventListener('keydown', key);
    addEventListener('paste', onPaste);
    return () => { removeEventListener('keydown', key); removeEventListener('paste', onPaste); };
  }, [flow]);
  useEffect(() => {
    const trace = new URLSearchParams(location.search).get('trace');
    if (!trace) return;
    go(location.pathname, true, history.state);
    void openTrace(trace);
  }, [id]);
  useEffect(() => {
    const stop = socket.follow('chain.rates', { chain: id }, (tick) => {
      const rates = tick as RateTick;
      live.apply(rates);
      const { chain, newer } = get();
      if (chain && rates.version > chain.version && newer !== rates.version) set({ newer: rates.version });
    });
    return () => { stop(); live.clear(); };
  }, [id]);
  return (
    <Shell here={CHAINS} className="editor" bar={<TopBar />}>
      <Palette />
      <main className={`canvas ${layout}`} tabIndex={-1} aria-label={t('canvas')} onDragOver={(event) => event.preventDefault()} onDrop={(event) => { const file = event.dataTransfer.files[0]; if (file) { event.preventDefault(); void importFile(file); } }}>
        {isOutline ? <Outline /> : <Canvas />}
        {isEmpty && !isOutline && <div className="empty"><Icon name="workflow" />{t('canvas.empty')}</div>}
        {!isOutline && <Tools />}
        <SelectionBar /><Status /><Drawer /><NodePanel />{!isOutline && <AddButton />}
      </main>
      <PillMenu /><NodeMenu /><QuickAdd /><CommandPalette /><Dialogs />
    </Shell>
  );
}
