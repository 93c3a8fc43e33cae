import { Shell } from '../shell/Shell';

export default function WizardPage() {
  return <Shell here="" bar={null}><main className="page" /></Shell>;
}
