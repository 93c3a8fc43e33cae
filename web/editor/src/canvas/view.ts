/** Looking around on the canvas: fit, jump, and where the eye was last time. */
import type { ReactFlowInstance } from '@xyflow/react';
import { keepSetting, readSetting } from '../core/drafts';
import { CARD_H, CARD_W } from '../core/geometry';
import { nodeOf } from '../core/document';
import { hiddenIn } from '../core/groups';
import { isSmall } from '../shell/scale';
import { get } from '../state/editor';
import type { FlowEdge, FlowNode } from './flow';

export type Flow = ReactFlowInstance<FlowNode, FlowEdge>;

const READABLE = 0.75;
/** Whether the person wants nothing to move. */
export const calm = (): boolean => window.matchMedia('(prefers-reduced-motion: reduce)').matches;
const time = (ms: number) => ({ duration: calm() ? 0 : ms });

/** The part of the canvas that nothing covers, in pixels of the screen. */
function free() {
  const box = document.querySelector('.canvas')!.getBoundingClientRect();
  const wide = !isSmall(900);
  const side = document.querySelector('.side')?.getBoundingClientRect();
  const panel = wide ? side?.width : undefined;
  // In a small window the panel comes from below, as the drawer does.
  const drawer = Math.max(document.querySelector('.drawer')?.getBoundingClientRect().height ?? 0, wide ? 0 : (side?.height ?? 0)) || undefined;
  return { left: box.left, top: box.top, width: box.width - (panel ? panel + 24 : 0), height: box.height - (drawer ? drawer + 24 : 70) };
}

/** Open a chain so that it can be read: whole when that is at 75 % or more, otherwise from its input on. */
export function open(flow: Flow, chain: string): void {
  const last = readSetting<{ x: number; y: number; zoom: number } | null>(`view.${chain}`, null);
  if (last) void flow.setViewport(last);
  else frame(flow);
}

export function frame(flow: Flow): void {
  const nodes = flow.getNodes();
  if (!nodes.length) return void flow.setViewport({ x: 60, y: 120, zoom: 1 });
  const b = flow.getNodesBounds(nodes);
  const c = free();
  const wanted = Math.min((c.width - 80) / (b.width + 60), (c.height - 60) / b.height);
  const zoom = Math.min(1, Math.max(READABLE, wanted));
  const first = nodes.find((node) => node.id.startsWith('__')) ?? nodes[0]!;
  const isWide = (b.width + 60) * zoom > c.width - 60;
  const x = isWide ? 36 - first.position.x * zoom : (c.width - b.width * zoom) / 2 - b.x * zoom;
  const isHigh = b.height * zoom > c.height - 40;
  const y = isHigh ? c.height / 2 - (first.position.y + CARD_H / 2) * zoom : (c.height - b.height * zoom) / 2 - b.y * zoom + 10;
  void flow.setViewport({ x, y, zoom });
}

export function fit(flow: Flow): void {
  const c = free();
  const box = document.querySelector('.canvas')!.getBoundingClientRect();
  const right = Math.round(box.width - c.width) + 60;
  void flow.fitView({ ...time(220), maxZoom: 1.1, padding: { top: '48px', left: '48px', right: `${right}px`, bottom: `${Math.round(box.height - c.height) + 20}px` } });
}

/** Where a node is seen: at its place, or at that of the collapsed group it is in. */
function placed(id: string): { x: number; y: number } | undefined {
  const { doc } = get();
  const group = hiddenIn(doc.groups).get(id);
  if (!group) return nodeOf(doc, id);
  const inside = new Set(doc.groups.find((item) => item.id === group)?.nodes);
  const nodes = doc.nodes.filter((node) => inside.has(node.id));
  return { x: Math.min(...nodes.map((node) => node.x)), y: Math.min(...nodes.map((node) => node.y)) };
}

/** Show a node in the middle of what is free. */
export function jump(flow: Flow, id: string): void {
  const node = placed(id);
  if (!node) return;
  const c = free();
  const zoom = Math.max(flow.getZoom(), READABLE);
  void flow.setViewport({ zoom, x: c.width / 2 - (node.x + CARD_W / 2) * zoom, y: c.height / 2 - (node.y + CARD_H / 2) * zoom }, time(220));
}

/** Move just as far as a node needs to be seen beside the panel and the drawer. */
export function reveal(flow: Flow, id: string): void {
  const node = placed(id);
  if (!node) return;
  const c = free();
  const view = flow.getViewport();
  const at = { x: node.x * view.zoom + view.x, y: node.y * view.zoom + view.y };
  const size = { w: CARD_W * view.zoom + 60, h: CARD_H * view.zoom + 24 };
  const dx = Math.min(0, c.width - at.x - size.w) || Math.max(0, 24 - at.x);
  const dy = Math.min(0, c.height - at.y - size.h) || Math.max(0, 24 - at.y);
  if (dx || dy) void flow.setViewport({ ...view, x: view.x + dx, y: view.y + dy }, time(180));
}

export function keepView(flow: Flow, chain: string): void {
  keepSetting(`view.${chain}`, flow.getViewport());
}

/** Where a new node goes when nobody points anywhere: after the selection, or in the middle of the view. */
export function freePlace(flow: Flow, after?: string): { x: number; y: number } {
  const { doc } = get();
  const from = nodeOf(doc, after);
  const c = free();
  let place = from ? { x: from.x + CARD_W + 136, y: from.y } : flow.screenToFlowPosition({ x: c.left + c.width / 2, y: c.top + c.height / 2 });
  const isTaken = () => doc.nodes.some((n) => Math.abs(n.x - place.x) < CARD_W + 16 && Math.abs(n.y - place.y) < CARD_H + 16);
  while (isTaken()) place = { x: place.x, y: place.y + CARD_H + 24 };
  return place;
}

export { time as gently };
