import { lazy, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { setNonce } from 'get-nonce';
import '@xyflow/react/dist/base.css';
import './styles/index.css';
import { t } from './core/i18n';
import { cspNonce } from './core/nonce';
import { Link, Shell } from './shell/Shell';
import { CHAINS, HOME, usePath } from './state/router';
import { paint, setLanguage, usePrefs } from './state/prefs';

const EditorPage = lazy(() => import('./pages/EditorPage'));
const HomePage = lazy(() => import('./pages/HomePage'));
const ChainsPage = lazy(() => import('./pages/ChainsPage'));

function App() {
  const path = usePath();
  const language = usePrefs((prefs) => prefs.language);
  return <Suspense fallback={null}><Page path={path} language={language} /></Suspense>;
}

function Page({ path, language }: { path: string; language: string }) {
  const chain = /^\/rule-chains\/([^/]+)$/.exec(path);
  if (chain) return <EditorPage id={decodeURIComponent(chain[1]!)} language={language} />;
  if (path === HOME) return <HomePage key={language} />;
  if (path === CHAINS) return <ChainsPage key={language} />;
  return <Shell here="" bar={<span className="grow" />}><main className="page"><div className="sorry"><p>{t('page.missing')}</p><Link to={CHAINS} className="btn">{t('page.toChains')}</Link></div></main></Shell>;
}

setNonce(cspNonce());
paint();
const client = new QueryClient({ defaultOptions: { queries: { retry: 1, refetchOnWindowFocus: false } } });
void setLanguage(usePrefs.getState().language).then(() => {
  createRoot(document.getElementById('app')!).render(<StrictMode><QueryClientProvider client={client}><App /></QueryClientProvider></StrictMode>);
});
