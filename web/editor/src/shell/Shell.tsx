import { useEffect, useRef, type ReactNode } from 'react';
import { t } from '../core/i18n';
import { go, HOME } from '../state/router';
import { set, useEditor } from '../state/editor';
import { Icon } from './Icon';
import { MenuButton } from './MenuButton';
import { RAIL } from './rail';

/** A link inside the page; other buttons and keys open it as links do. */
export function Link({ to, children, ...rest }: { to: string; children: ReactNode } & Omit<React.AnchorHTMLAttributes<HTMLAnchorElement>, 'href' | 'onClick'>) {
  return (
    <a href={to} {...rest} onClick={(event) => { if (event.ctrlKey || event.metaKey || event.shiftKey) return; event.preventDefault(); go(to); }}>{children}</a>
  );
}

/** The frame of every page: bar above, rail at the side. */
export function Shell({ bar, here, children, className = '' }: { bar: ReactNode; here: string; children: ReactNode; className?: string }) {
  return (
    <div className={`app ${className}`}>
      <header className="top"><Link to={HOME} className="logo" aria-label={t('app.name')}><span><Icon name="workflow" /></span></Link><Pages here={here} />{bar}</header>
      <nav className="rail" aria-label={t('nav.main')}>
        {RAIL.map(({ path, icon, word }) => <Link key={path} to={path} className={path === here ? 'on' : ''} aria-label={t(word)} aria-current={path === here ? 'page' : undefined}><Icon name={icon} /></Link>)}
      </nav>
      {children}
      <Toasts />
    </div>
  );
}

/** The rail as a menu, where the window is too narrow for it. */
function Pages({ here }: { here: string }) {
  return (
    <MenuButton className="btn ghost icon keep navmenu" align="start" aria-label={t('nav.main')} face={<Icon name="menu" />}>
      {(Menu) => RAIL.map(({ path, icon, word }) => <Menu.Item key={path} className="row" aria-current={path === here ? 'page' : undefined} onSelect={() => go(path)}><Icon name={icon} />{t(word)}</Menu.Item>)}
    </MenuButton>
  );
}

const SHOWN_MS = 3500;
const SHOWN_LONG_MS = 8000;
const AGAIN_MS = 2000;

/** What was said last. It leaves by itself, but not while somebody points at it or has gone to its button. */
export function Toasts() {
  const toast = useEditor((state) => state.toast);
  const said = useEditor((state) => state.said);
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!toast) return;
    const leave = () => {
      if (line.current?.matches(':hover, :focus-within')) timer = setTimeout(leave, AGAIN_MS);
      else set({ toast: null });
    };
    let timer = setTimeout(leave, toast.action || toast.bad ? SHOWN_LONG_MS : SHOWN_MS);
    return () => clearTimeout(timer);
  }, [toast]);
  return (
    <>
      <div role="status" aria-live="polite" className="toasts">
        {toast && <div ref={line} className={`toast ${toast.bad ? 'bad' : ''}`}><span dir="auto">{toast.text}</span>{toast.action && <button type="button" className="link" onClick={() => { toast.action!.run(); set({ toast: null }); }}>{toast.action.label}</button>}</div>}
      </div>
      <div className="sr" aria-live="polite">{said}</div>
    </>
  );
}
