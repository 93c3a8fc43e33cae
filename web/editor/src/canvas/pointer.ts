/** What lies under the pointer. */
export function edgeAt(event: { clientX: number; clientY: number } | MouseEvent | TouchEvent): string | null {
  const at = 'changedTouches' in event ? event.changedTouches[0] : event;
  if (!at) return null;
  for (const element of document.elementsFromPoint(at.clientX, at.clientY)) {
    const edge = (element as SVGElement).dataset?.edge;
    if (edge) return edge;
  }
  return null;
}
