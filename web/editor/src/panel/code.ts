/** The code editor: CodeMirror from its single packages. Loaded when the first script is opened. */
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, type Completion, type CompletionContext } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { python } from '@codemirror/lang-python';
import { HighlightStyle, bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { forceLinting, linter, lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { EditorState, type Text } from '@codemirror/state';
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers, tooltips } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { api } from '../core/api';
import { cspNonce } from '../core/nonce';
import type { SamplePath } from '../core/paths';
import type { FunctionHelp } from '../core/types';

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.controlKeyword, tags.operatorKeyword, tags.definitionKeyword], color: 'var(--syn-kw)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--syn-str)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'var(--syn-num)' },
  { tag: tags.comment, color: 'var(--syn-com)', fontStyle: 'italic' },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], color: 'var(--syn-fn)' },
  { tag: tags.propertyName, color: 'var(--syn-prop)' },
  { tag: tags.operator, color: 'var(--muted)' },
]);

const theme = EditorView.theme({
  '&': { fontSize: '.78125rem', color: 'var(--text)', backgroundColor: 'var(--code-bg)' },
  '.cm-content': { fontFamily: 'var(--mono)', padding: '8px 0', caretColor: 'var(--accent)' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.6' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--faint)', border: 'none' },
  '.cm-activeLine,.cm-activeLineGutter': { backgroundColor: 'var(--code-line)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-cursor': { borderLeftColor: 'var(--accent)', borderLeftWidth: '2px' },
  '&.cm-focused .cm-selectionBackground,.cm-selectionBackground': { background: 'var(--sel) !important' },
  '.cm-tooltip': { background: 'var(--panel)', border: '1px solid var(--line)', borderRadius: '8px', boxShadow: 'var(--shadow-lg)', overflow: 'hidden', color: 'var(--text)' },
  '.cm-tooltip-autocomplete ul li': { padding: '3px 10px !important', fontFamily: 'var(--mono)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { background: 'var(--accent-strong) !important', color: 'var(--on-accent) !important' },
  '.cm-completionDetail': { color: 'inherit', opacity: '.75', fontStyle: 'normal', marginLeft: '1em' },
  '.cm-tooltip.cm-completionInfo': { padding: '8px 10px', maxWidth: '320px', font: '.75rem/1.5 var(--font)' },
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--err) 1px', textUnderlineOffset: '3px' },
  '.cm-lintRange-warning': { backgroundImage: 'none', textDecoration: 'underline wavy var(--warn) 1px', textUnderlineOffset: '3px' },
  '.cm-diagnostic': { fontFamily: 'var(--font)', fontSize: '.75rem', padding: '6px 10px' },
  '.cm-panels': { background: 'var(--panel2)', color: 'var(--text)' },
});

/** Where a run failed; lines and columns count from 1. */
export interface Fault {
  message: string;
  line: number;
  column: number;
}

export interface CodeOptions {
  value: string;
  language: 'python' | 'json';
  purpose: string;
  label: string;
  onChange: (value: string) => void;
  paths: () => SamplePath[];
  functions: () => readonly FunctionHelp[];
}

const KEYWORDS = ['return', 'if', 'elif', 'else', 'for', 'in', 'not', 'and', 'or', 'is', 'None', 'True', 'False', 'def', 'while', 'break', 'continue', 'pass', 'try', 'except', 'raise', 'lambda'];

export class CodeView {
  private readonly view: EditorView;
  private fault: (Fault & { text: string }) | null = null;

  constructor(parent: HTMLElement, private readonly options: CodeOptions) {
    const { language } = options;
    this.view = new EditorView({
      parent,
      state: EditorState.create({
        doc: options.value,
        extensions: [
          EditorView.cspNonce.of(cspNonce()), lineNumbers(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(), highlightActiveLine(),
          highlightSelectionMatches(), lintGutter(), tooltips({ parent: document.body }), language === 'python' ? [python(), indentUnit.of('    ')] : json(), syntaxHighlighting(colours), theme, EditorView.lineWrapping,
          autocompletion({ override: [(context) => this.complete(context)], icons: false }), linter(() => this.lint(), { delay: 350 }),
          keymap.of([...closeBracketsKeymap, ...defaultKeymap.filter((binding) => binding.key !== 'Mod-Enter'), ...searchKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap, indentWithTab]),
          EditorView.updateListener.of((update) => update.docChanged && options.onChange(update.state.doc.toString())),
          EditorView.contentAttributes.of({ 'aria-label': options.label }),
        ],
      }),
    });
  }

  /** Another text from outside; the cursor stays where the text is the same. */
  set(value: string): void {
    if (value !== this.view.state.doc.toString()) this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: value } });
  }

  check(): void {
    forceLinting(this.view);
  }

  /** Mark where a run of this very text failed, until the text changes. */
  mark(fault: Fault | null): void {
    const { state } = this.view;
    const had = this.fault;
    this.fault = fault && { ...fault, text: state.doc.toString() };
    if (this.fault || had) this.view.dispatch(setDiagnostics(state, this.fault ? [diagnostic(state.doc, { ...this.fault, severity: 'error' })] : []));
  }

  destroy(): void {
    this.view.destroy();
  }

  private complete(context: CompletionContext) {
    const word = context.matchBefore(/[\w.]+/);
    if ((!word && !context.explicit) || this.options.language !== 'python') return null;
    const keys: Completion[] = this.options.paths().map(({ path, sample }) => ({ label: path, type: 'property', boost: 2, ...(sample === undefined ? {} : { detail: (JSON.stringify(sample) ?? '').slice(0, 28) }) }));
    const functions: Completion[] = this.options.functions().map((item) => ({ label: item.name, type: 'function', detail: item.signature.replace(item.name, ''), info: item.doc, boost: 1 }));
    const words: Completion[] = KEYWORDS.map((label) => ({ label, type: 'keyword', boost: -1 }));
    return { from: word ? word.from : context.pos, options: [...keys, ...functions, ...words], validFor: /^[\w.]*$/ };
  }

  private async lint(): Promise<Diagnostic[]> {
    const text = this.view.state.doc.toString();
    if (this.options.language === 'json') return jsonProblems(text);
    const { problems } = await api.checkScript(this.options.purpose, 'python', text).catch(() => ({ problems: [] }));
    const { doc } = this.view.state;
    const fault = this.fault?.text === text && !problems.length ? [{ message: this.fault.message, line: this.fault.line, column: this.fault.column, severity: 'error' }] : [];
    return [...problems, ...fault].map((problem) => diagnostic(doc, problem));
  }
}

/** A problem as the editor draws it: from its place to the end of the line. */
function diagnostic(doc: Text, problem: { message: string; line?: number | null; column?: number | null; severity?: string }): Diagnostic {
  const line = doc.line(Math.min(Math.max(problem.line ?? 1, 1), doc.lines));
  const from = Math.min(line.from + Math.max((problem.column ?? 1) - 1, 0), Math.max(line.from, line.to - 1));
  return { from, to: Math.max(from, line.to), severity: problem.severity === 'warning' ? 'warning' : 'error', message: problem.message };
}

function jsonProblems(text: string): Diagnostic[] {
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    return [{ from: 0, to: text.length, severity: 'error', message: (error as Error).message }];
  }
}
