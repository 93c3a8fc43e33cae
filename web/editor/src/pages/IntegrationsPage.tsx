import { Shell } from '../shell/Shell';

export default function IntegrationsPage() {
  return <Shell here="" bar={null}><main className="page" /></Shell>;
}
