/** Live numbers on the canvas: they are written into their elements, so that a tick draws no component again. */
import { useLayoutEffect, useRef, type RefObject } from 'react';
import { live, type Rate } from '../core/live';

/** Below this zoom nobody can read a number: none is written. */
export const FAR = 0.3;
let far = false;

export const isFar = (): boolean => far;

/** The canvas has been zoomed; when numbers can be read again, all of them are written. */
export function setFar(value: boolean): void {
  if (far === value) return;
  far = value;
  if (!far) live.refresh();
}

/** Shows the rate of a node or an arrow by `show`, a function that stays the same, in the element that gets the ref. */
export function useRate<T extends Element>(key: string, show: (element: T, rate: Rate | undefined) => void): RefObject<T | null> {
  const ref = useRef<T>(null);
  useLayoutEffect(() => {
    const tell = () => { if (ref.current) show(ref.current, live.get(key)); };
    tell();
    return live.subscribe(key, tell);
  }, [key, show]);
  return ref;
}

/** Put a text into an element that holds nothing else. */
export function write(element: Element, text: string): void {
  const node = element.firstChild;
  if (!node) element.textContent = text;
  else if (node.nodeValue !== text) node.nodeValue = text;
}
