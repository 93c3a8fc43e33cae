import { Shell } from '../shell/Shell';

export default function IntegrationPage() {
  return <Shell here="" bar={null}><main className="page" /></Shell>;
}
