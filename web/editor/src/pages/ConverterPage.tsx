import { Shell } from '../shell/Shell';

export default function ConverterPage() {
  return <Shell here="" bar={null}><main className="page" /></Shell>;
}
