/** Problems of the document: the browser's at once, the server's half a second later. */
import { api } from '../core/api';
import { isOnlyMoved } from '../core/document';
import { t } from '../core/i18n';
import type { Doc, Problem } from '../core/types';
import { combined, fromServer, validate } from '../core/validate';
import { get, set, useEditor } from './editor';

const OWN_MS = 60;
const SERVER_MS = 500;

let server: { doc: Doc; problems: Problem[] } | undefined;

/** The server's word on today's document, asked for now if it is not known. */
export async function askServer(): Promise<readonly Problem[]> {
  const { chain, doc } = get();
  if (!chain) return [];
  if (!server || !isOnlyMoved(server.doc, doc)) {
    const found = await api.validate(chain.id, doc);
    if (get().chain?.id !== chain.id) return [];
    server = { doc, problems: fromServer(found, doc, t) };
  }
  publish();
  return get().problems;
}

function publish(): void {
  const { doc, types } = get();
  const isCurrent = server !== undefined && isOnlyMoved(server.doc, doc);
  const problems = combined(isCurrent ? [] : validate(doc, types, t), server?.problems ?? [], isCurrent, doc);
  if (!sameProblems(problems, get().problems)) set({ problems });
}

function sameProblems(a: readonly Problem[], b: readonly Problem[]): boolean {
  return a.length === b.length && a.every((p, i) => p.text === b[i]!.text && p.nodeId === b[i]!.nodeId && p.level === b[i]!.level && p.field === b[i]!.field);
}

/** Keep the problems true until the function that comes back is called. */
export function watchProblems(): () => void {
  let own: ReturnType<typeof setTimeout> | undefined;
  let remote: ReturnType<typeof setTimeout> | undefined;
  server = undefined;
  const check = () => {
    clearTimeout(own);
    clearTimeout(remote);
    own = setTimeout(publish, OWN_MS);
    remote = setTimeout(() => void askServer().catch(() => undefined), SERVER_MS);
  };
  const stop = useEditor.subscribe((state, before) => {
    if (state.phase === 'ready' && (!isOnlyMoved(before.doc, state.doc) || state.phase !== before.phase || state.types !== before.types)) check();
  });
  return () => {
    stop();
    clearTimeout(own);
    clearTimeout(remote);
  };
}

const index = new WeakMap<readonly Problem[], Map<string, Problem[]>>();
const NONE: readonly Problem[] = [];

/** The problems of one node; the same array as long as they are the same. */
export function problemsOf(problems: readonly Problem[], id: string): readonly Problem[] {
  let map = index.get(problems);
  if (!map) {
    map = new Map();
    for (const problem of problems) if (problem.nodeId) map.set(problem.nodeId, [...(map.get(problem.nodeId) ?? []), problem]);
    index.set(problems, map);
  }
  return map.get(id) ?? NONE;
}
