/** Opening the list of nodes to add, after the selection or in the middle. */
import { CARD_H } from '../core/geometry';
import { current, relationsFrom } from '../state/actions';
import { get, set } from '../state/editor';
import { freePlace, type Flow } from './view';

/** The list of nodes, at the place where the node will be. */
export function openQuick(flow: Flow, place: (flow: Flow, after?: string) => { x: number; y: number } = freePlace): void {
  const after = current()?.id;
  const spot = place(flow, after);
  const at = flow.flowToScreenPosition({ x: spot.x, y: spot.y });
  const relations = after ? relationsFrom(after) : [];
  const used = new Set(get().doc.edges.filter((edge) => edge.from === after).map((edge) => edge.relation));
  const relation = relations.find((name) => !used.has(name)) ?? relations[0];
  set({ quick: { at: { x: at.x, y: at.y + CARD_H / 4 }, place: spot, ...(after && relation ? { from: after, relation } : {}) }, open: null });
}
