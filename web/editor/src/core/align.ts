/** Putting several cards in line. */
import type { Place } from './document';

export interface Box extends Place {
  readonly id: string;
  readonly height: number;
}

export type Way = 'left' | 'top' | 'middle' | 'columns' | 'rows';

const GAP_X = 136;
const GAP_Y = 32;

/** New places for boxes of one width: their left sides, tops or middles in one line, or spread with even gaps. */
export function align(boxes: readonly Box[], way: Way, width: number): Map<string, Place> {
  const places = new Map<string, Place>();
  if (boxes.length < 2) return places;
  const left = Math.min(...boxes.map((box) => box.x));
  const top = Math.min(...boxes.map((box) => box.y));
  const middle = boxes.reduce((sum, box) => sum + box.y + box.height / 2, 0) / boxes.length;
  if (way === 'left') for (const box of boxes) places.set(box.id, { x: left, y: box.y });
  if (way === 'top') for (const box of boxes) places.set(box.id, { x: box.x, y: top });
  if (way === 'middle') for (const box of boxes) places.set(box.id, { x: box.x, y: middle - box.height / 2 });
  if (way === 'columns') spread(boxes, 'x', () => width, GAP_X).forEach((x, box) => places.set(box.id, { x, y: box.y }));
  if (way === 'rows') spread(boxes, 'y', (box) => box.height, GAP_Y).forEach((y, box) => places.set(box.id, { x: box.x, y }));
  return places;
}

/** Even gaps between the first and the last; where there is no room, gaps of `least`. */
function spread(boxes: readonly Box[], axis: 'x' | 'y', size: (box: Box) => number, least: number): Map<Box, number> {
  const sorted = boxes.toSorted((a, b) => a[axis] - b[axis]);
  const last = sorted.at(-1)!;
  const room = last[axis] - sorted[0]![axis] - sorted.slice(0, -1).reduce((sum, box) => sum + size(box), 0);
  const gap = Math.max(least, room / (sorted.length - 1));
  const places = new Map<Box, number>();
  let at = sorted[0]![axis];
  for (const box of sorted) {
    places.set(box, at);
    at += size(box) + gap;
  }
  return places;
}
