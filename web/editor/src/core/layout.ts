/** Tidy up: a layered layout from left to right by dagre, targets in the order of the source's ports. */
import type { EdgeLabel, Graph as DagreGraph } from '@dagrejs/dagre';
import { CARD_W, pillWidth, snap } from './geometry';

export interface Box {
  id: string;
  height: number;
  relations: readonly string[];
}

export interface Arrow {
  id: string;
  from: string;
  to: string;
  relation: string;
}

interface Constraint {
  left: string;
  right: string;
}

/** The places of all boxes; no two of them overlap. */
export async function layout(boxes: readonly Box[], arrows: readonly Arrow[]): Promise<Map<string, { x: number; y: number }>> {
  const dagre = await import('@dagrejs/dagre');
  const graph: DagreGraph = new dagre.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 32, ranksep: 48, edgesep: 16, ranker: 'network-simplex' });
  const known = new Set(boxes.map((box) => box.id));
  for (const box of boxes) graph.setNode(box.id, { width: CARD_W, height: box.height });
  const own = arrows.filter((arrow) => known.has(arrow.from) && known.has(arrow.to) && arrow.from !== arrow.to);
  for (const arrow of own) graph.setEdge(arrow.from, arrow.to, labelOf(arrow), arrow.id);
  const run = dagre.layout as unknown as (graph: DagreGraph, options: { constraints: Constraint[] }) => void;
  run(graph, { constraints: constraints(boxes, own) });
  const placed = boxes.map((box) => [box.id, graph.node(box.id) as { x: number; y: number }, box.height] as const);
  return new Map(placed.map(([id, at, height]) => [id, { x: snap(at.x - CARD_W / 2), y: snap(at.y - height / 2) }]));
}

function labelOf(arrow: Arrow): EdgeLabel {
  return { width: pillWidth(arrow.relation, '9.9') + 40, height: 20, labelpos: 'c', weight: arrow.relation === 'Failure' ? 1 : 3 } as EdgeLabel;
}

/** Targets of one node stand in the order of its ports, unless that would make a circle of wishes. */
function constraints(boxes: readonly Box[], arrows: readonly Arrow[]): Constraint[] {
  const found: Constraint[] = [];
  const after = new Map<string, Set<string>>();
  const reaches = (a: string, b: string): boolean => a === b || [...(after.get(a) ?? [])].some((next) => reaches(next, b));
  const out = new Map<string, Arrow[]>();
  for (const arrow of arrows) out.set(arrow.from, [...(out.get(arrow.from) ?? []), arrow]);
  for (const box of boxes) {
    const order = (arrow: Arrow) => box.relations.indexOf(arrow.relation);
    const sorted = (out.get(box.id) ?? []).toSorted((a, b) => order(a) - order(b));
    sorted.slice(1).forEach((arrow, index) => {
      const left = sorted[index]!.to;
      const right = arrow.to;
      if (left === right || sorted[index]!.relation === arrow.relation || reaches(right, left)) return;
      after.set(left, (after.get(left) ?? new Set()).add(right));
      found.push({ left, right });
    });
  }
  return found;
}
