/** What became of a shared attribute: the chain may have made a downlink of it. */
import { house } from '../core/house';

export type Fate = 'asked' | 'queued' | 'delivered' | 'none';
const PATIENCE_MS = 5000;
const PAUSE_MS = 400;

/** Look for a downlink that was not there before, until the chain has had its time. */
export async function fateOf(device: string, before: ReadonlySet<string>): Promise<Fate> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    const { items } = await house.downlinks(device, '', null, 200);
    const made = items.find((row) => !before.has(row.id));
    if (made) return made.state === 'delivered' ? 'delivered' : 'queued';
    await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
  return 'none';
}
