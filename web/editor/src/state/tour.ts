/** The tour: which step a person is at, and whether it was seen. */
import { create } from 'zustand';
import { keepSetting, readSetting } from '../core/drafts';

const SEEN = 'tour';
export const useTour = create<{ step: number | null }>(() => ({ step: null }));

export const startTour = (): void => useTour.setState({ step: 0 });
export const goTo = (step: number): void => useTour.setState({ step });

/** Begin by itself, once in this browser. */
export function offerTour(): void {
  if (!readSetting(SEEN, false) && useTour.getState().step === null) startTour();
}

export function endTour(): void {
  keepSetting(SEEN, true);
  useTour.setState({ step: null });
}
