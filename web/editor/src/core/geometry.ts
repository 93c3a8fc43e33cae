/** Sizes and paths on the canvas: what card, ports and arrows look like, without drawing them. */
import { relationsOf } from './document';
import type { DocNode, NodeType } from './types';
import { INPUT } from './types';

export const CARD_W = 208;
export const CARD_H = 64;
export const PORT_GAP = 24;
export const SNAP = 8;
const MANY_PORTS = 4;

export const snap = (value: number): number => Math.round(value / SNAP) * SNAP;

/** The ports a card shows, and how many more it has. */
export interface Ports {
  shown: string[];
  more: number;
}

/** All ports when there are few or `all` is asked for, otherwise the connected ones. */
export function portsOf(node: DocNode, type: NodeType | undefined, used: readonly string[], all: boolean): Ports {
  const relations = relationsOf(node, type, used);
  if (relations.length <= MANY_PORTS || all) return { shown: relations, more: 0 };
  const lower = new Set(used.map((name) => name.toLowerCase()));
  const connected = relations.filter((name) => lower.has(name.toLowerCase()));
  const shown = connected.length ? connected : relations.slice(0, 3);
  return { shown, more: relations.length - shown.length };
}

export function cardHeight(ports: Ports): number {
  const count = ports.shown.length + (ports.more ? 1 : 0);
  return CARD_H + Math.max(0, count - 2) * PORT_GAP;
}

/** Where the port at `index` stands on the right side of a card. */
export function portY(index: number, ports: Ports): number {
  const count = ports.shown.length + (ports.more ? 1 : 0);
  return cardHeight(ports) / 2 + (index - (count - 1) / 2) * PORT_GAP;
}

/** Where the input card stands while nobody has put it anywhere: left of the entry, at the height of its port. */
export function inputPlace(entry: { x: number; y: number; height: number } | undefined): { x: number; y: number } {
  if (!entry) return { x: 0, y: 0 };
  return { x: entry.x - CARD_W - 168, y: snap(entry.y + entry.height / 2 - CARD_H / 2) };
}

const GLYPH_W = 5.9;

/** About how wide a relation pill is. */
export function pillWidth(text: string, rate = ''): number {
  return Math.round((text.length + (rate ? rate.length + 1 : 0)) * GLYPH_W) + 18;
}

export interface EdgePath {
  d: string;
  pillX: number;
  pillY: number;
}

/** A straight stub that carries the relation pill next to its port, then a curve to the input. */
export function edgePath(sx: number, sy: number, tx: number, ty: number, label: string): EdgePath {
  const stub = sx + pillWidth(label) + 16;
  const end = tx - 8;
  const dx = end - stub;
  const bend = dx >= 0 ? Math.max(24, Math.min(160, dx * 0.5)) : Math.min(220, 70 + Math.abs(dx) * 0.35);
  return { d: `M${sx},${sy} L${stub},${sy} C${stub + bend},${sy} ${end - bend},${ty} ${end},${ty}`, pillX: sx + 10, pillY: sy };
}

const HEAT_STEP = 0.2;

/** How wide an arrow is drawn at so many messages a second; in steps, so that a rate that sways a little draws nothing anew. */
export function heat(rate: number): number {
  const more = rate > 0 ? Math.max(HEAT_STEP, Math.min(3.4, Math.log10(1 + rate) * 1.25)) : 0;
  return 1.6 + Math.round(more / HEAT_STEP) * HEAT_STEP;
}

const MEANINGS: Record<string, string> = {
  failure: 'var(--rel-fail)', success: 'var(--rel-ok)', true: 'var(--rel-ok)', created: 'var(--rel-ok)',
  false: 'var(--rel-no)', other: 'var(--rel-other)', messages: 'var(--c-input)',
};

/** The colour of a relation by what it means. */
export function relationColor(relation: string): string {
  return MEANINGS[relation.toLowerCase()] ?? 'var(--rel-custom)';
}

export const isInput = (id: string): boolean => id === INPUT;
