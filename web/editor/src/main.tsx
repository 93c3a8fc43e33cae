import { StrictMode, Suspense, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { setNonce } from 'get-nonce';
import './styles/index.css';
import { t } from './core/i18n';
import { cspNonce } from './core/nonce';
import { pageAt } from './routes';
import { Caught } from './shell/Caught';
import { onDemand } from './shell/onDemand';
import { Link, Shell } from './shell/Shell';
import { CHAINS, usePath } from './state/router';
import { paint, setLanguage, usePrefs } from './state/prefs';
import { useTour } from './state/tour';

const Tour = onDemand(async () => (await import('./shell/Tour')).Tour, () => useTour((state) => state.step !== null));

function App() {
  const path = usePath();
  const language = usePrefs((prefs) => prefs.language);
  // The tour goes from page to page and keeps its focus
  return <Caught at={path} frame={framed}><Suspense fallback={null}><Page path={path} language={language} /></Suspense><Tour /></Caught>;
}

const framed = (sorry: ReactNode) => <Shell here="" bar={<span className="grow" />}><main className="page">{sorry}</main></Shell>;

function Page({ path, language }: { path: string; language: string }) {
  const found = pageAt(path);
  // The chain editor keeps its state through a change of language, the other pages begin anew.
  if (found) return <found.route.page key={found.route.path === `${CHAINS}/:id` ? '' : `${path} ${language}`} id={found.id} language={language} />;
  return framed(<div className="sorry"><p>{t('page.missing')}</p><Link to={CHAINS} className="btn">{t('page.toChains')}</Link></div>);
}

setNonce(cspNonce());
paint();
const client = new QueryClient({ defaultOptions: { queries: { retry: 1, refetchOnWindowFocus: false } } });
void setLanguage(usePrefs.getState().language).then(() => {
  createRoot(document.getElementById('app')!).render(<StrictMode><QueryClientProvider client={client}><App /></QueryClientProvider></StrictMode>);
});
