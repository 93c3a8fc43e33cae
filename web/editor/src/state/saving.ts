/** Loading, saving, deploying; drafts and conflicts. No way through here loses what a person drew. */
import { api, ApiError } from '../core/api';
import { isSame } from '../core/diff';
import { docOf } from '../core/document';
import { dropDraft, keepDraft, keepSetting, readDraft, readSetting } from '../core/drafts';
import { t } from '../core/i18n';
import { merge, type Choice } from '../core/merge';
import { isSmall } from '../shell/scale';
import type { Doc, NodeType, Problem, StoredChain } from '../core/types';
import { edit } from './actions';
import { get, history, INITIAL, isDirty, set, toast, useEditor } from './editor';
import { askServer } from './problems';
import { closeTrace, useTrace } from './trace';

const DRAFT_MS = 400;
// On a phone a large chain is a list at first.
const SMALL_PX = 600;
const MANY_NODES = 20;

export async function load(id: string, types: readonly NodeType[]): Promise<void> {
  history.clear();
  const isFollowed = get().drawer === 'trace' && useTrace.getState().trace?.hops.some((hop) => hop.chain === id);
  if (!isFollowed) closeTrace();
  set({ ...INITIAL, heat: get().heat, drawer: isFollowed ? 'trace' : null, types: new Map(types.map((type) => [type.type, type])) });
  try {
    const stored = await api.chain(id);
    const doc = docOf(stored);
    set({ chain: stateOf(stored), base: doc, doc, phase: 'ready', outline: isSmall(SMALL_PX) && doc.nodes.length > MANY_NODES });
    void loadRunning(stored, doc);
    await restoreDraft(id, stored);
  } catch (error) {
    set({ phase: error instanceof ApiError && error.status === 404 ? 'missing' : 'offline' });
  }
}

const stateOf = ({ id, version, activeVersion, root }: StoredChain) => ({ id, version, activeVersion, root });

/** The version that runs, to mark what differs from it. */
async function loadRunning(chain: StoredChain, newest: Doc): Promise<void> {
  if (!chain.activeVersion) return;
  if (chain.activeVersion === chain.version) return set({ running: newest });
  const running = await api.version(chain.id, chain.activeVersion).catch(() => undefined);
  if (running && get().chain?.id === chain.id) set({ running: docOf(running) });
}

// ---------------------------------------------------------------- drafts

async function restoreDraft(id: string, stored: StoredChain): Promise<void> {
  const draft = readDraft(id);
  const now = docOf(stored);
  if (!draft || isSame(draft.doc, now)) return dropDraft(id);
  const discard = { label: t('draft.discard'), run: () => edit(() => get().base) };
  if (draft.version === stored.version) {
    edit(() => draft.doc);
    return toast(t('draft.restored'), { action: discard });
  }
  const base = await api.version(id, draft.version).then(docOf).catch(() => now);
  joinWith(base, draft.doc, stored, () => toast(t('draft.restored'), { action: discard }));
}

/** Keep the draft in this browser whenever it changes, until the function that comes back is called. */
export function watchDraft(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isFull = false;
  const keep = () => {
    clearTimeout(timer);
    const { chain, doc, version } = { ...get(), version: get().chain?.version ?? 0 };
    if (!chain || get().phase !== 'ready') return;
    if (!isDirty(get())) return dropDraft(chain.id);
    const isKept = keepDraft(chain.id, { version, doc, savedAt: Date.now() });
    if (!isKept && !isFull) toast(t('draft.full'), { bad: true });
    isFull = !isKept;
  };
  const stop = useEditor.subscribe((state, before) => {
    if (state.doc === before.doc && state.base === before.base) return;
    clearTimeout(timer);
    timer = setTimeout(keep, DRAFT_MS);
  });
  const flush = () => isDirty(get()) && keep();
  window.addEventListener('pagehide', flush);
  document.addEventListener('visibilitychange', flush);
  return () => {
    flush();
    clearTimeout(timer);
    stop();
    window.removeEventListener('pagehide', flush);
    document.removeEventListener('visibilitychange', flush);
  };
}

// ---------------------------------------------------------------- saving

/** Save what is on the canvas as a new version. False when nothing was saved and the person was told why. */
async function store(note: string): Promise<boolean> {
  const { chain, doc } = get();
  if (!chain) return false;
  const saved = await api.saveChain(chain.id, doc, chain.version, note);
  if ('current' in saved) return conflict(saved.current, note);
  const before = get();
  set({ chain: stateOf(saved.chain), base: doc, newer: 0, doc: before.doc });
  if (before.doc === doc) dropDraft(chain.id);
  return true;
}

/** Somebody saved meanwhile: join both if they touch different things, otherwise ask. */
async function conflict(current: StoredChain, note: string): Promise<boolean> {
  const { base, doc } = get();
  const { conflicts } = merge(base, doc, docOf(current));
  if (conflicts.length) {
    joinWith(base, doc, current);
    return false;
  }
  joinWith(base, doc, current);
  return store(note);
}

/** Put a merge on the canvas, or ask about what both sides changed. */
function joinWith(base: Doc, mine: Doc, theirs: StoredChain, then?: () => void): void {
  const joined = merge(base, mine, docOf(theirs));
  if (joined.conflicts.length) {
    set({ newer: theirs.version, ask: { kind: 'merge', base, mine, theirs, conflicts: joined.conflicts, ...(then ? { then } : {}) } });
    return;
  }
  take(theirs, joined.doc);
  if (then) then();
  else toast(t('merge.done', { version: theirs.version }));
}

function take(theirs: StoredChain, doc: Doc): void {
  const saved = docOf(theirs);
  set({ chain: stateOf(theirs), base: saved, newer: 0 });
  edit(() => (isSame(doc, saved) ? saved : doc));
}

/** The person has decided. */
export function resolve(choices: ReadonlyMap<string, Choice>): void {
  const { ask } = get();
  if (ask?.kind !== 'merge') return;
  take(ask.theirs, merge(ask.base, ask.mine, docOf(ask.theirs), choices).doc);
  set({ ask: null });
  toast(t('merge.done', { version: ask.theirs.version }));
}

export function decideLater(): void {
  const { ask } = get();
  if (ask?.kind === 'merge' && get().doc !== ask.mine) edit(() => ask.mine);
  set({ ask: null });
  toast(t('merge.kept'), { bad: true });
}

/** Save without running it. */
export const saveDraft = (note = '') => guarded(async () => {
  if (await store(note)) toast(t('draft.done', { version: get().chain!.version }));
});

/** Save and run it from the next message on; errors keep it from running. */
export const deploy = (note = '', isWarned = false) => guarded(async () => {
  const problems = await askServer();
  if (problems.some((problem) => problem.level === 'error')) return set({ ask: { kind: 'blocked', note } });
  const fresh = isWarned ? [] : newWarnings(problems);
  if (fresh.length) return set({ ask: { kind: 'warned', note, keys: fresh } });
  if (isDirty(get()) || note) if (!(await store(note))) return;
  const { chain, doc } = get();
  const active = await api.activate(chain!.id, chain!.version);
  set({ chain: { ...get().chain!, activeVersion: active.activeVersion }, running: doc });
  toast(t('deploy.done', { version: active.activeVersion }));
});

const warnedKey = (): string => `warned.${get().chain!.id}`;

/** The warnings that the person has not been asked about yet. */
function newWarnings(problems: readonly Problem[]): string[] {
  const asked = new Set(readSetting<string[]>(warnedKey(), []));
  return problems.filter((problem) => problem.level === 'warning' && !asked.has(problem.key)).map((problem) => problem.key);
}

/** The person has seen all of today's warnings: deploy, and do not ask about them again. */
export function deployWarned(note: string): void {
  keepSetting(warnedKey(), get().problems.filter((problem) => problem.level === 'warning').map((problem) => problem.key));
  void deploy(note, true);
}

async function guarded(work: () => Promise<void>): Promise<void> {
  if (get().saving || !get().chain) return;
  set({ saving: true, ask: null });
  try {
    await work();
  } catch (error) {
    const isOffline = error instanceof ApiError && error.isOffline;
    toast(isOffline ? t('offline') : String((error as Error).message), { bad: true });
  } finally {
    set({ saving: false });
  }
}

/** Put an older version on the canvas; deploying makes it a new one. */
export async function restore(version: number): Promise<void> {
  const { chain } = get();
  const old = docOf(await api.version(chain!.id, version));
  edit((doc) => ({ ...old, name: doc.name }));
  set({ compare: null });
  toast(t('versions.restored', { version }));
}

/** Put a document from a file on the canvas. */
export function replaceWith(doc: Doc): void {
  edit((now) => ({ ...doc, name: doc.name || now.name }));
}
