import { Shell } from '../shell/Shell';

export default function ConvertersPage() {
  return <Shell here="" bar={null}><main className="page" /></Shell>;
}
