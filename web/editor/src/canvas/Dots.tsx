import { useLayoutEffect, useRef } from 'react';
import { useStoreApi } from '@xyflow/react';

export const GAP = 24;
// The layer is larger than the canvas by more than the largest gap.
const OUT = 50;

const within = (value: number, gap: number): number => ((value % gap) + gap) % gap;

/** The dots behind the cards: a layer that is moved by less than one gap and drawn again only when it is zoomed. */
export function Dots() {
  const ref = useRef<HTMLDivElement>(null);
  const store = useStoreApi();
  useLayoutEffect(() => {
    let drawn = 0;
    const place = () => {
      const dots = ref.current;
      if (!dots) return;
      const [x, y, zoom] = store.getState().transform;
      const gap = GAP * zoom;
      if (zoom !== drawn) dots.style.setProperty('--gap', `${gap}px`);
      drawn = zoom;
      dots.style.transform = `translate(${within(x + OUT, gap)}px,${within(y + OUT, gap)}px)`;
    };
    place();
    return store.subscribe(place);
  }, [store]);
  return <div ref={ref} className="dots" aria-hidden="true" />;
}
