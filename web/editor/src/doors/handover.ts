/** A real payload on its way from where it was seen to the converter that is to be tried with it. */
import type { EventView } from '../core/types';

let carried: { converter: string; event: EventView } | null = null;

export const handOver = (converter: string, event: EventView): void => { carried = { converter, event }; };
export const carriedTo = (converter: string): EventView | undefined => (carried?.converter === converter ? carried.event : undefined);
export const putDown = (): void => { carried = null; };
