import { lazy, Suspense, useEffect, useState } from 'react';
import * as Tabs from '@radix-ui/react-tabs';
import { keepSetting, readSetting } from '../core/drafts';
import { t } from '../core/i18n';
import { Caught } from '../shell/Caught';
import { Icon } from '../shell/Icon';
import { REM, scale } from '../shell/scale';
import { set, useEditor, type DrawerTab } from '../state/editor';
import { Problems } from './Problems';

const Trace = lazy(() => import('./Trace'));
const Stepper = lazy(() => import('./Trace').then((module) => ({ default: module.Stepper })));
const Versions = lazy(() => import('./Versions'));

const LOW = 160;
const USUAL = 262;
const HIGH = 560;

/** What the chain as a whole has to say, at the bottom. */
export function Drawer() {
  const tab = useEditor((state) => state.drawer);
  const count = useEditor((state) => state.problems.length);
  const [height, setHeight] = useState(() => readSetting('drawer', USUAL));
  useEffect(() => { document.documentElement.style.setProperty('--drawer', tab ? `${height / REM}rem` : '0px'); }, [tab, height]);
  if (!tab) return null;
  const put = (next: number) => { const fair = Math.round(Math.min(HIGH, Math.max(LOW, next))); setHeight(fair); keepSetting('drawer', fair); };
  const start = (down: React.PointerEvent) => {
    const move = (event: PointerEvent) => put(height + (down.clientY - event.clientY) / scale());
    const end = () => { removeEventListener('pointermove', move); removeEventListener('pointerup', end); };
    addEventListener('pointermove', move);
    addEventListener('pointerup', end);
  };
  const close = () => set({ drawer: null, compare: null });
  return (
    <section className="drawer" aria-label={t(tab)}>
      <div className="grip flat" role="separator" aria-orientation="horizontal" aria-label={t('drawer.resize')} aria-valuenow={height} aria-valuemin={LOW} aria-valuemax={HIGH} tabIndex={0} onPointerDown={start}
        onKeyDown={(event) => { const by = { ArrowUp: 40, ArrowDown: -40 }[event.key]; if (by) { event.preventDefault(); put(height + by); } }} />
      <Tabs.Root className="tabroot" value={tab} onValueChange={(next) => set({ drawer: next as DrawerTab, compare: null })}>
        <div className="tabs">
          <Tabs.List aria-label={t('menu')} className="tablist">
            <Tabs.Trigger value="problems">{t('problems')}<span className="chip small">{count}</span></Tabs.Trigger>
            <Tabs.Trigger value="trace">{t('trace')}</Tabs.Trigger>
            <Tabs.Trigger value="versions">{t('versions')}</Tabs.Trigger>
          </Tabs.List>
          <span className="grow" />
          {tab === 'trace' && <Caught frame={() => null}><Suspense fallback={null}><Stepper /></Suspense></Caught>}
          <button type="button" className="btn ghost sm icon" aria-label={t('close')} onClick={close}><Icon name="x" /></button>
        </div>
        <Tabs.Content className="bd" value="problems"><Problems /></Tabs.Content>
        <Tabs.Content className="bd" value="trace"><Caught><Suspense fallback={null}><Trace /></Suspense></Caught></Tabs.Content>
        <Tabs.Content className="bd" value="versions"><Caught><Suspense fallback={null}><Versions /></Suspense></Caught></Tabs.Content>
      </Tabs.Root>
    </section>
  );
}
