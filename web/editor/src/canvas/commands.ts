/** Everything that can be done to the chain, with its key: Ctrl+K, the keyboard and the list of keys speak from here. */
import { exportDoc } from '../core/clipboard';
import { t } from '../core/i18n';
import * as actions from '../state/actions';
import { get, set } from '../state/editor';
import { setPref, usePrefs } from '../state/prefs';
import { deploy, saveDraft } from '../state/saving';
import { toggleDebug } from '../state/debug';
import { armTrace } from '../state/trace';
import { openQuick } from './quick';
import { freePlace, jump, type Flow } from './view';

export interface Command {
  label: string;
  icon: string;
  key?: string;
  run: () => void;
}

const ids = () => actions.selectedNodes().map((node) => node.id);

export function commands(flow: Flow): Command[] {
  const one = actions.current()?.id;
  const node = one ? [
    { label: t('outline.open', { name: actions.nameOf(one) }), icon: 'pen-line', key: 'Enter', run: () => actions.openNode(one) },
    { label: t('rename'), icon: 'pen-line', key: 'F2', run: () => set({ renaming: one }) },
    { label: t('connect.title', { name: actions.nameOf(one) }), icon: 'connect', key: 'C', run: () => set({ ask: { kind: 'connect', node: one } }) },
    { label: t('edges.title', { name: actions.nameOf(one) }), icon: 'workflow', key: 'E', run: () => set({ ask: { kind: 'edges', node: one } }) },
    { label: t('panel.debug'), icon: 'bug', key: 'D', run: () => void toggleDebug(...ids()) },
    { label: t('trace.next'), icon: 'route', run: () => void armTrace(one) },
    { label: t('panel.disable'), icon: 'pause', key: 'Shift+D', run: () => actions.toggleDisabled(ids()) },
    { label: t('copy'), icon: 'copy', key: 'Ctrl+C', run: actions.copy },
    { label: t('cut'), icon: 'copy', key: 'Ctrl+X', run: actions.cut },
    { label: t('duplicate'), icon: 'files', key: 'Ctrl+D', run: actions.duplicate },
    { label: t('group.make'), icon: 'group', key: 'G', run: actions.group },
    { label: t('group.fold'), icon: 'shrink', key: 'Shift+C', run: () => actions.collapse() },
    { label: t('group.undo'), icon: 'ungroup', key: 'Shift+G', run: actions.ungroup },
    { label: t('delete'), icon: 'trash-2', key: 'Del', run: () => actions.removeSelected() },
  ] : [];
  return [
    { label: t('deploy'), icon: 'rocket', key: 'Ctrl+S', run: () => void deploy() },
    { label: t('deploy.draft'), icon: 'save', run: () => void saveDraft() },
    { label: t('quick.add'), icon: 'plus', key: 'A', run: () => openQuick(flow) },
    ...node,
    { label: t('paste'), icon: 'copy', key: 'Ctrl+V', run: () => actions.paste() },
    { label: t('undo'), icon: 'undo', key: 'Ctrl+Z', run: actions.undo },
    { label: t('redo'), icon: 'redo', key: 'Ctrl+Shift+Z', run: actions.redo },
    { label: t('tidy'), icon: 'wand', key: 'Shift+L', run: () => void actions.tidy() },
    { label: t('note.add'), icon: 'note', key: 'N', run: () => actions.addNote(freePlace(flow)) },
    { label: t('zoom.fit'), icon: 'fit', key: 'F', run: () => window.dispatchEvent(new Event('fit')) },
    { label: t('problems'), icon: 'warning', key: 'P', run: () => set({ drawer: 'problems' }) },
    { label: t('problems.next'), icon: 'warning', key: 'F8', run: () => nextProblem(flow) },
    { label: t('trace'), icon: 'route', key: 'T', run: () => set({ drawer: 'trace' }) },
    { label: t('versions'), icon: 'history', run: () => set({ drawer: 'versions', open: null }) },
    { label: t('outline.show'), icon: 'outline', key: 'O', run: () => set({ outline: !get().outline }) },
    { label: t('heat'), icon: 'eye', key: 'H', run: () => set({ heat: !get().heat }) },
    { label: t('palette'), icon: 'show', key: '[', run: () => setPref('palette', !usePrefs.getState().palette) },
    { label: t('export.json'), icon: 'download', run: download },
    { label: t('export.svg'), icon: 'download', run: () => void downloadPicture('svg') },
    { label: t('export.png'), icon: 'download', run: () => void downloadPicture('png') },
    { label: t('help.keys'), icon: 'keyboard', key: '?', run: () => set({ ask: { kind: 'keys' } }) },
  ];
}

let lastProblem = '';

/** Go to the problem after the last one. */
export function nextProblem(flow: Flow): void {
  const { problems } = get();
  const problem = problems[(problems.findIndex((item) => item.key === lastProblem) + 1) % problems.length];
  if (!problem) return;
  lastProblem = problem.key;
  goToProblem(flow, problem);
}

export function goToProblem(flow: Flow, problem: { nodeId?: string; field?: string }): void {
  if (!problem.nodeId) return;
  set({ outline: false });
  actions.openNode(problem.nodeId, problem.field ?? null);
  requestAnimationFrame(() => jump(flow, problem.nodeId!));
}

function give(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const fileName = (suffix: string) => `${get().doc.name.replace(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 80) || 'chain'}.${suffix}`;

/** The chain as a file. */
export function download(): void {
  give(fileName('json'), new Blob([exportDoc(get().doc)], { type: 'application/json' }));
}

/** The chain as a picture, in the colours of the page. */
export async function downloadPicture(kind: 'svg' | 'png'): Promise<void> {
  const { toSvg } = await import('../core/picture');
  const style = getComputedStyle(document.documentElement);
  const { doc, types } = get();
  const svg = new Blob([toSvg(doc, types, t('input.name'), (name) => style.getPropertyValue(name).trim())], { type: 'image/svg+xml' });
  give(fileName(kind), kind === 'svg' ? svg : await rasterized(svg));
}

const SHARP = 2;
const WIDEST = 8000;

async function rasterized(svg: Blob): Promise<Blob> {
  const image = new Image();
  image.src = URL.createObjectURL(svg);
  await image.decode();
  const scale = Math.min(SHARP, WIDEST / Math.max(image.width, image.height));
  const canvas = Object.assign(document.createElement('canvas'), { width: image.width * scale, height: image.height * scale });
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  return new Promise((resolve) => canvas.toBlob((blob) => resolve(blob!), 'image/png'));
}
