import { useReactFlow, useStore } from '@xyflow/react';
import { t, tn } from '../core/i18n';
import { Icon } from '../shell/Icon';
import { set, useEditor } from '../state/editor';
import { setPref, usePrefs } from '../state/prefs';
import { freePlace, gently, type Flow } from './view';
import { openQuick } from './quick';

/** Zoom, bottom left. */
export function Tools() {
  const flow = useReactFlow();
  const percent = useStore((state) => Math.round(state.transform[2] * 100));
  const isPaletteShown = usePrefs((prefs) => prefs.palette);
  return (
    <div className="tools" role="toolbar" aria-label={t('canvas')}>
      {!isPaletteShown && <button type="button" className="btn icon wide-only" aria-label={t('palette.show')} title={`${t('palette.show')} ([)`} onClick={() => setPref('palette', true)}><Icon name="show" /></button>}
      <button type="button" className="btn icon" aria-label={t('zoom.out')} title={`${t('zoom.out')} (-)`} onClick={() => void flow.zoomOut(gently(150))}><Icon name="minus" /></button>
      <button type="button" className="btn zoom" aria-label={`${percent}% · ${t('zoom.100')}`} title={`${t('zoom.100')} (1)`} onClick={() => void flow.zoomTo(1, gently(150))}>{percent}%</button>
      <button type="button" className="btn icon" aria-label={t('zoom.in')} title={`${t('zoom.in')} (+)`} onClick={() => void flow.zoomIn(gently(150))}><Icon name="plus" /></button>
      <button type="button" className="btn icon" aria-label={t('zoom.fit')} title={`${t('zoom.fit')} (F)`} onClick={() => window.dispatchEvent(new Event('fit'))}><Icon name="fit" /></button>
    </div>
  );
}

/** What needs a look, bottom centre. */
export function Status() {
  const problems = useEditor((state) => state.problems);
  const drawer = useEditor((state) => state.drawer);
  const isOutline = useEditor((state) => state.outline);
  if (drawer) return null;
  const level = problems.some((problem) => problem.level === 'error') ? 'error' : problems.length ? 'warning' : 'ok';
  return (
    <div className="status">
      <button type="button" className="btn sm" onClick={() => set({ drawer: 'problems' })} title="P"><span className={`lv ${level}`}><Icon name={level} /></span>{problems.length ? tn('problems', problems.length) : t('problems.none')}</button>
      <button type="button" className="btn sm" onClick={() => set({ drawer: 'trace' })} title="T"><Icon name="route" />{t('trace')}</button>
      <button type="button" className="btn sm" onClick={() => set({ drawer: 'versions', open: null })}><Icon name="history" />{t('versions')}</button>
      <button type="button" className="btn sm" aria-pressed={isOutline} title="O" onClick={() => set({ outline: !isOutline })}><Icon name="outline" />{t('outline')}</button>
    </div>
  );
}

/** On a phone the palette is this button. */
export function AddButton() {
  const flow = useReactFlow() as unknown as Flow;
  return <button type="button" className="fab" aria-label={t('quick.add')} onClick={() => openQuick(flow, freePlace)}><Icon name="plus" /></button>;
}
