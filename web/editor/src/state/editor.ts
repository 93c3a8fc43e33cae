/** The state of the chain editor. Data only; what changes it is in actions, saving and problems. */
import { create } from 'zustand';
import { EMPTY } from '../core/document';
import { History } from '../core/history';
import type { Conflict } from '../core/merge';
import type { Doc, Problem, StoredChain, Types } from '../core/types';

export type Tab = 'configure' | 'test' | 'events' | 'help';
export type DrawerTab = 'problems' | 'trace' | 'versions';

/** A point of the screen, for things that float. */
export interface At {
  x: number;
  y: number;
}

export interface QuickAdd {
  /** Where the list opens, and where the node goes on the canvas. */
  at: At;
  place: At;
  from?: string;
  relation?: string;
  edge?: string;
}

export interface Toast {
  text: string;
  bad?: boolean;
  action?: { label: string; run: () => void };
}

/** What is asked in the middle of the screen. */
export type Ask =
  | { kind: 'merge'; base: Doc; mine: Doc; theirs: StoredChain; conflicts: readonly Conflict[]; then?: () => void }
  | { kind: 'note' }
  | { kind: 'blocked'; note: string }
  | { kind: 'warned'; note: string; keys: readonly string[] }
  | { kind: 'peek'; chain: string }
  | { kind: 'keys' }
  | { kind: 'connect'; node: string }
  | { kind: 'edges'; node: string };

export interface EditorState {
  phase: 'loading' | 'ready' | 'missing' | 'offline';
  chain: { id: string; version: number; activeVersion: number; root: boolean } | null;
  /** The document as it is saved, and the one that runs as far as it is known. */
  base: Doc;
  running: Doc | null;
  doc: Doc;
  types: Types;
  selected: ReadonlySet<string>;
  expanded: ReadonlySet<string>;
  open: string | null;
  tab: Tab;
  focusField: string | null;
  drawer: DrawerTab | null;
  outline: boolean;
  quick: QuickAdd | null;
  pill: { edge: string; at: At } | null;
  menu: { node: string; at: At } | null;
  command: boolean;
  ask: Ask | null;
  dropEdge: string | null;
  renaming: string | null;
  compare: { version: number; doc: Doc } | null;
  heat: boolean;
  saving: boolean;
  newer: number;
  problems: readonly Problem[];
  steps: { undo: number; redo: number };
  toast: Toast | null;
  said: string;
}

export const INITIAL: EditorState = {
  phase: 'loading', chain: null, base: EMPTY, running: null, doc: EMPTY, types: new Map(),
  selected: new Set(), expanded: new Set(), open: null, tab: 'configure', focusField: null, drawer: null, outline: false,
  quick: null, pill: null, menu: null, command: false, ask: null, dropEdge: null, renaming: null, compare: null, heat: true, saving: false, newer: 0,
  problems: [], steps: { undo: 0, redo: 0 }, toast: null, said: '',
};

export const useEditor = create<EditorState>(() => INITIAL);
export const get = useEditor.getState;
export const set = useEditor.setState;

export const history = new History<Doc>();

/** Show a line for some seconds; with an action it stays longer. */
export function toast(text: string, options: Omit<Toast, 'text'> = {}): void {
  set({ toast: { text, ...options } });
}

/** Tell people who listen to the page. */
export function say(text: string): void {
  set({ said: text });
}

export const isDirty = (state: EditorState): boolean => state.doc !== state.base;
