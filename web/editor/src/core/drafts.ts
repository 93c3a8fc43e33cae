/** Drafts that survive a killed tab, and small things that a person set; both in this browser only. */
import type { Doc } from './types';

export interface Draft {
  readonly version: number;
  readonly doc: Doc;
  readonly savedAt: number;
}

const key = (chain: string) => `tidegate.draft.${chain}`;

export function readDraft(chain: string, store: Storage = localStorage): Draft | undefined {
  const text = store.getItem(key(chain));
  if (!text) return undefined;
  try {
    const draft = JSON.parse(text) as Draft;
    return Array.isArray(draft.doc?.nodes) && typeof draft.version === 'number' ? draft : undefined;
  } catch {
    return undefined;
  }
}

/** False when the browser has no room for it. */
export function keepDraft(chain: string, draft: Draft, store: Storage = localStorage): boolean {
  try {
    store.setItem(key(chain), JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

export function dropDraft(chain: string, store: Storage = localStorage): void {
  store.removeItem(key(chain));
}

export function readSetting<T>(name: string, otherwise: T): T {
  try {
    const text = localStorage.getItem(`tidegate.${name}`);
    return text === null ? otherwise : (JSON.parse(text) as T);
  } catch {
    return otherwise;
  }
}

export function keepSetting(name: string, value: unknown): void {
  try {
    localStorage.setItem(`tidegate.${name}`, JSON.stringify(value));
  } catch {
    // No room: the setting lasts as long as the page.
  }
}
