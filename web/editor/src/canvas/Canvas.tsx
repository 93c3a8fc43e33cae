import { useEffect, useLayoutEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { MiniMap, ReactFlow, SelectionMode, ViewportPortal, useReactFlow, useStore, type NodeChange, type ReactFlowProps } from '@xyflow/react';
import { useShallow } from 'zustand/react/shallow';
import * as document_ from '../core/document';
import { CARD_H, CARD_W, SNAP } from '../core/geometry';
import { t } from '../core/i18n';
import { INPUT, type Doc } from '../core/types';
import { adjust, begin, collapse, connect, insertInto, openNode, reconnect } from '../state/actions';
import { get, set, useEditor } from '../state/editor';
import { useTrace } from '../state/trace';
import { enterChain } from '../state/way';
import { Card } from './Card';
import { Dots, GAP } from './Dots';
import { flowEdges, flowNodes, type FlowEdge, type FlowNode } from './flow';
import { Bundle, Frame, Note } from './Notes';
import { edgeAt } from './pointer';
import { FAR, setFar } from './rates';
import { RelationEdge } from './RelationEdge';
import { fit, frame, keepView, open, reveal, type Flow } from './view';

const nodeTypes = { card: Card, note: Note, group: Frame, bundle: Bundle };
const edgeTypes = { relation: RelationEdge };
const MANY = 150;
const MAP_FROM = 9;
const DOUBLE_CLICK_MS = 280;
const GRID: [number, number] = [SNAP, SNAP];
const MULTI = ['Control', 'Meta', 'Shift'];

/** The chain as cards and arrows. */
export function Canvas() {
  const parts = useEditor(useShallow(({ doc, types, selected, expanded, problems }) => ({ doc, types, selected, expanded, problems })));
  const nodes = useMemo(() => flowNodes(parts), [parts]);
  const edges = useMemo(() => flowEdges(parts), [parts]);
  const isMapShown = useEditor((state) => !state.open && !state.drawer && state.doc.nodes.length >= MAP_FROM);
  const chain = useEditor((state) => state.chain?.id ?? '');
  const shown = useEditor((state) => state.open ?? state.drawer);
  const isTraceShown = useTrace((state) => state.trace !== null);
  const isTracing = useEditor((state) => state.drawer === 'trace') && isTraceShown;
  const flow = useReactFlow<FlowNode, FlowEdge>();
  const [isConnecting, setConnecting] = useState(false);
  const isFar = useStore((state) => state.transform[2] < FAR);
  const box = useRef<HTMLDivElement>(null);
  const words = useMemo(() => ({ 'minimap.ariaLabel': t('canvas.minimap') }), []);
  // Made once: a new function would draw every card and arrow anew.
  const hands = useMemo(() => handsOf(flow, chain, box, setConnecting), [flow, chain]);
  useLayoutEffect(() => setFar(isFar), [isFar]);

  useEffect(() => {
    open(flow, chain);
    const keep = () => keepView(flow, chain);
    addEventListener('pagehide', keep);
    return () => { keep(); removeEventListener('pagehide', keep); };
  }, [flow, chain]);
  useEffect(() => {
    const onFit = () => fit(flow);
    const onTidied = () => requestAnimationFrame(() => frame(flow));
    addEventListener('fit', onFit);
    addEventListener('tidied', onTidied);
    return () => { removeEventListener('fit', onFit); removeEventListener('tidied', onTidied); };
  }, [flow]);
  useEffect(() => { const id = get().open; if (shown && id) requestAnimationFrame(() => reveal(flow, id)); }, [flow, shown]);

  return (
    <div ref={box} className={`flow ${isConnecting ? 'connecting' : ''} ${isTracing ? 'tracing' : ''} ${isFar ? 'far' : ''}`}>
      <ReactFlow<FlowNode, FlowEdge>
        nodes={nodes} edges={edges} nodeTypes={nodeTypes} edgeTypes={edgeTypes}
        snapToGrid snapGrid={GRID} minZoom={0.1} maxZoom={2} zoomOnDoubleClick={false} panOnScroll selectionMode={SelectionMode.Partial}
        deleteKeyCode={null} multiSelectionKeyCode={MULTI} selectionKeyCode="Shift" disableKeyboardA11y connectionRadius={28} nodeDragThreshold={3}
        elevateNodesOnSelect onlyRenderVisibleElements={nodes.length > MANY} ariaLabelConfig={words}
        isValidConnection={mayConnect} onPaneClick={closeFloating} onNodesChange={onNodesChange} onEdgesChange={onEdgesChange} {...hands}>
        <Dots />
        <Ground nodes={nodes} />
        {isMapShown && <MiniMap pannable zoomable style={{ width: 168, height: 108 }} nodeColor={mapColour} nodeBorderRadius={20} ariaLabel={t('canvas.minimap')} />}
      </ReactFlow>
    </div>
  );
}

const mayConnect = ({ source, target }: { source: string; target: string }): boolean => source !== target && isOpen(target);
const closeFloating = (): void => set({ open: null, pill: null, menu: null });

/** What the hand does on the canvas. */
function handsOf(flow: Flow, chain: string, box: RefObject<HTMLElement | null>, setConnecting: (value: boolean) => void): Partial<ReactFlowProps<FlowNode, FlowEdge>> {
  let isReconnecting = false;
  let zoom = 0;
  let began = 0;
  const placeOf = (event: { clientX: number; clientY: number }) => flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
  return {
    onConnect: ({ source, sourceHandle, target }) => connect(source, sourceHandle ?? '', target),
    onConnectStart: () => setConnecting(true),
    onConnectEnd: (event, { fromHandle: from, toHandle }) => {
      setConnecting(false);
      if (isReconnecting || toHandle || !from || from.type !== 'source') return;
      const at = 'changedTouches' in event ? event.changedTouches[0]! : event;
      const card = document.elementFromPoint(at.clientX, at.clientY)?.closest<HTMLElement>('.react-flow__node-card');
      if (card) {
        if (card.dataset.id !== from.nodeId && isOpen(card.dataset.id!)) connect(from.nodeId, from.id!, card.dataset.id!);
        return;
      }
      const place = placeOf(at);
      set({ quick: { at: { x: at.clientX, y: at.clientY }, place: { x: place.x, y: place.y - CARD_H / 2 }, from: from.nodeId, relation: from.id! } });
    },
    onReconnectStart: () => { isReconnecting = true; },
    onReconnectEnd: () => { setTimeout(() => { isReconnecting = false; }); },
    onReconnect: (old, { source, sourceHandle, target }) => reconnect(old.id, source, sourceHandle ?? '', target),
    onNodeDragStart: (event) => { began = event.timeStamp; begin(); mark(box.current, 'drag'); },
    onNodeDrag: (event, node) => { const dropEdge = isLoose(node) ? edgeAt(event) : null; if (dropEdge !== get().dropEdge) set({ dropEdge }); },
    onNodeDragStop: (_, node) => {
      mark(box.current, undefined);
      const { dropEdge } = get();
      if (dropEdge && isLoose(node)) insertInto(node.id, dropEdge);
      else if (dropEdge) set({ dropEdge: null });
    },
    onNodeClick: (event, node) => {
      if (event.altKey && peek(node)) return;
      if (node.type === 'card' && node.id !== INPUT && !event.shiftKey && !event.ctrlKey && !event.metaKey) clicked(node);
    },
    onNodeDoubleClick: (_, node) => (node.type === 'bundle' ? collapse(node.id, false) : enter(node)),
    onNodeContextMenu: (event, node) => {
      event.preventDefault();
      if (node.type !== 'card' || node.id === INPUT) return;
      const { selected } = get();
      set({ menu: { node: node.id, at: { x: event.clientX, y: event.clientY } }, selected: new Set([...(selected.has(node.id) ? selected : []), node.id]) });
    },
    onEdgeDoubleClick: (event, edge) => set({ quick: { at: { x: event.clientX, y: event.clientY }, place: centred(placeOf(event)), edge: edge.id } }),
    onMoveStart: (event, view) => { zoom = view.zoom; if (event) began = event.timeStamp; },
    onMove: (event, view) => { mark(box.current, event && view.zoom === zoom ? 'pan' : undefined); zoom = view.zoom; },
    // Told late: the hand may move something else by now
    onMoveEnd: (event) => { if (event && event.timeStamp >= began) mark(box.current, undefined); keepView(flow, chain); },
  };
}

// Of dots, so that they stay where they are when the ground is seen.
const MARGIN = 20 * GAP;

/** What everything stands on. A browser draws things that are far apart as layers of their own, hundreds of them; on one ground they are one. */
function Ground({ nodes }: { nodes: FlowNode[] }) {
  const [left, top, right, bottom] = useMemo(() => {
    const box = [0, 0, 0, 0];
    for (const { position: { x, y }, width = 0, height = 0 } of nodes) {
      box[0] = Math.min(box[0]!, x); box[1] = Math.min(box[1]!, y);
      box[2] = Math.max(box[2]!, x + width); box[3] = Math.max(box[3]!, y + height);
    }
    return box.map((edge, i) => (i < 2 ? Math.floor : Math.ceil)(edge / MARGIN + (i < 2 ? -1 : 1)) * MARGIN);
  }, [nodes]) as [number, number, number, number];
  return <ViewportPortal><div className="ground" style={{ left, top, width: right - left, height: bottom - top }} /></ViewportPortal>;
}

/** While the hand moves something, the canvas answers to nothing else, and is a layer of its own when it is moved as a whole. */
function mark(box: HTMLElement | null, hand: 'pan' | 'drag' | undefined): void {
  if (!box || box.dataset.hand === hand) return;
  if (hand) box.dataset.hand = hand;
  else delete box.dataset.hand;
}

let opening: ReturnType<typeof setTimeout> | undefined;

/** A click opens the panel; that of a nested chain waits, because a second click goes into the chain. */
function clicked(node: FlowNode): void {
  clearTimeout(opening);
  if (node.type === 'card' && node.data.node.type === 'rule-chain') opening = setTimeout(() => openNode(node.id), DOUBLE_CLICK_MS);
  else openNode(node.id);
}

/** Alt and a click look into a nested chain. */
function peek(node: FlowNode): boolean {
  const chain = node.type === 'card' && node.data.node.type === 'rule-chain' && node.data.node.config.ruleChainId;
  if (typeof chain !== 'string' || !chain) return false;
  set({ ask: { kind: 'peek', chain } });
  return true;
}

/** A double click goes into a nested chain; Backspace, the breadcrumb and the browser lead back. */
function enter(node: FlowNode): void {
  const chain = node.type === 'card' && node.data.node.type === 'rule-chain' && node.data.node.config.ruleChainId;
  if (typeof chain !== 'string' || !chain) return;
  clearTimeout(opening);
  enterChain(chain);
}

const centred = ({ x, y }: { x: number; y: number }) => ({ x: x - CARD_W / 2, y: y - CARD_H / 2 });

/** Whether arrows may lead to a node. */
function isOpen(id: string): boolean {
  const { doc, types } = get();
  return id !== INPUT && !types.get(document_.nodeOf(doc, id)?.type ?? '')?.source;
}

/** A node that nothing is connected to may be dropped on an arrow. */
function isLoose(node: FlowNode): boolean {
  const { doc } = get();
  return node.type === 'card' && node.id !== INPUT && node.id !== doc.entry && !doc.edges.some((edge) => edge.from === node.id || edge.to === node.id);
}

function mapColour(node: FlowNode): string {
  if (node.type === 'bundle') return `var(--c-${node.data.group.color})`;
  if (node.type !== 'card') return 'var(--line)';
  return `var(--c-${node.id === INPUT ? 'input' : (get().types.get(node.data.node.type)?.category ?? 'flow')})`;
}

function onNodesChange(changes: NodeChange<FlowNode>[]): void {
  const places = new Map<string, { x: number; y: number }>();
  let selected: Set<string> | undefined;
  for (const change of changes) {
    if (change.type === 'position' && change.position) places.set(change.id, change.position);
    if (change.type === 'select') {
      selected ??= new Set(get().selected);
      if (change.selected) selected.add(change.id);
      else selected.delete(change.id);
    }
  }
  if (selected) set({ selected });
  if (places.size) adjust((doc) => document_.move(doc, withMembers(doc, places)));
}

/** A group's frame takes its nodes along. */
function withMembers(doc: Doc, places: Map<string, { x: number; y: number }>): Map<string, { x: number; y: number }> {
  for (const group of doc.groups) {
    const to = places.get(group.id);
    if (!to) continue;
    const from = framePlace(group.id);
    for (const id of from ? group.nodes : []) {
      const node = document_.nodeOf(doc, id);
      if (node && !places.has(id)) places.set(id, { x: node.x + to.x - from!.x, y: node.y + to.y - from!.y });
    }
  }
  return places;
}

function framePlace(id: string): { x: number; y: number } | undefined {
  return flowNodes(get()).find((node) => node.id === id)?.position;
}

function onEdgesChange(changes: { type: string; id?: string; selected?: boolean }[]): void {
  const picks = changes.filter((change) => change.type === 'select');
  if (!picks.length) return;
  const selected = new Set(get().selected);
  for (const { id, selected: isOn } of picks) if (isOn) selected.add(id!); else selected.delete(id!);
  set({ selected });
}
