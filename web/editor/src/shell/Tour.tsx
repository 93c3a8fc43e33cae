import { useEffect, useRef, useState } from 'react';
import { api } from '../core/api';
import { house } from '../core/house';
import { openBook, t } from '../core/i18n';
import { usePrefs } from '../state/prefs';
import { chainPath, devicePath, DEVICES, go, HOME, usePath } from '../state/router';
import { endTour, goTo, useTour } from '../state/tour';
import { isSmall, scale } from './scale';
import { Icon } from './Icon';

interface Step {
  /** Where the step is at home; undefined when what it needs is not there. */
  path: () => Promise<string | undefined>;
  anchor: string;
}

const STEPS: readonly Step[] = [
  { path: async () => HOME, anchor: '.figs' },
  { path: async () => DEVICES, anchor: '.page .sheet, .page .hollow' },
  { path: async () => { const [first] = (await house.devices('', '-lastActivityTs', null, 1)).items; return first && devicePath(first.id); }, anchor: '.tabbed' },
  { path: async () => { const { items } = await api.chains(); const root = items.find((chain) => chain.root) ?? items[0]; return root && chainPath(root.id); }, anchor: 'main.canvas' },
  { path: async () => HOME, anchor: '[data-testid=bell]' },
];
const WIDTH = 340;
const GAP = 12;
const LOOK_MS = 250;

/** Five steps on what runs now: a small window beside the thing it speaks of; everything stays usable. */
export function Tour() {
  const step = useTour((state) => state.step);
  const language = usePrefs((prefs) => prefs.language);
  const [has, setHas] = useState(false);
  useEffect(() => { void openBook('places').then(() => setHas(true)); }, [language]);
  return step === null || !has ? null : <Card key={step} step={step} />;
}

function Card({ step }: { step: number }) {
  const [at, setAt] = useState<DOMRect | null>(null);
  const card = useRef<HTMLDivElement>(null);
  const path = usePath();
  const { anchor, path: find } = STEPS[step]!;
  const isLast = step === STEPS.length - 1;
  useEffect(() => {
    let isGone = false;
    void find().catch(() => undefined).then((wanted) => { if (!isGone && wanted && wanted !== location.pathname) go(wanted); });
    card.current?.focus();
    return () => { isGone = true; };
  }, [find]);
  useEffect(() => {
    const look = () => {
      const box = document.querySelector(anchor)?.getBoundingClientRect() ?? null;
      setAt((old) => (old && box && old.x === box.x && old.y === box.y && old.width === box.width && old.height === box.height ? old : box));
    };
    look();
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [anchor, path]);
  return (
    <>
      {at && <div className="tourring" aria-hidden="true" style={{ left: at.x - 4, top: at.y - 4, width: at.width + 8, height: at.height + 8 }} />}
      <div ref={card} className="tour" role="dialog" aria-labelledby="tour-title" aria-describedby="tour-text" tabIndex={-1} style={place(at)} data-testid="tour"
        onKeyDown={(event) => { event.stopPropagation(); if (event.key === 'Escape') endTour(); }}>
        <p className="count">{t('tour.step', { n: step + 1, of: STEPS.length })}</p>
        <h2 id="tour-title">{t(`tour.${step + 1}`)}</h2><p id="tour-text">{t(`tour.${step + 1}.text`)}</p>
        <div className="acts">{!isLast && <button type="button" className="btn ghost sm" onClick={endTour}>{t('tour.skip')}</button>}<span className="grow" />
          {step > 0 && <button type="button" className="btn sm" onClick={() => goTo(step - 1)}>{t('tour.back')}</button>}
          <button type="button" className="btn sm primary" onClick={() => (isLast ? endTour() : goTo(step + 1))}>{t(isLast ? 'tour.done' : 'tour.next')}{!isLast && <Icon name="right" />}</button></div>
      </div>
    </>
  );
}

/** Below what it speaks of where there is room, else in the corner. */
function place(at: DOMRect | null): React.CSSProperties {
  if (isSmall(600) || !at) return {};
  const below = at.bottom + GAP;
  if (below > innerHeight - 220 * scale()) return {};
  return { top: below, left: Math.max(GAP, Math.min(at.right - WIDTH * scale(), innerWidth - WIDTH * scale() - GAP)), bottom: 'auto', right: 'auto' };
}
