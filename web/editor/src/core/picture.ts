/** A chain as a picture: SVG made from the document alone, PNG made from that. */
import { relationsOf, usedRelations } from './document';
import { CARD_W, cardHeight, edgePath, inputPlace, pillWidth, portsOf, portY } from './geometry';
import type { Doc, DocNode, Types } from './types';
import { INPUT } from './types';

/** Looks up a colour of the page by its custom property, such as `--c-filter`. */
export type Paint = (name: string) => string;

interface Drawn {
  node: DocNode;
  height: number;
  ports: string[];
  category: string;
  hint: string;
}

const MARGIN = 40;
const escape = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const short = (text: string, most: number) => ([...text].length > most ? `${[...text].slice(0, most - 1).join('')}…` : text);

export function toSvg(doc: Doc, types: Types, inputName: string, paint: Paint): string {
  const drawn = new Map(doc.nodes.map((node) => [node.id, cardOf(doc, node, types)]));
  const entry = drawn.get(doc.entry ?? '');
  if (entry) {
    const placed = doc.notes.find((note) => note.kind === 'input') ?? inputPlace({ ...entry.node, height: entry.height });
    const node: DocNode = { id: INPUT, type: INPUT, name: inputName, x: placed.x, y: placed.y, config: {} };
    drawn.set(INPUT, { node, height: 64, ports: ['Messages'], category: 'input', hint: '' });
  }
  const cards = [...drawn.values()];
  const left = Math.min(0, ...cards.map((card) => card.node.x)) - MARGIN;
  const top = Math.min(0, ...cards.map((card) => card.node.y)) - MARGIN;
  const width = Math.max(CARD_W, ...cards.map((card) => card.node.x + CARD_W)) + MARGIN + 40 - left;
  const height = Math.max(64, ...cards.map((card) => card.node.y + card.height)) + MARGIN - top;
  const edges = doc.edges.map((edge) => arrow(drawn, edge.from, edge.to, edge.relation, paint));
  if (entry) edges.push(arrow(drawn, INPUT, entry.node.id, 'Messages', paint));
  const notes = doc.notes.filter((note) => note.kind !== 'input').map((note) => label(note.x, note.y + 14, note.text ?? '', 12, paint('--muted')));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${left} ${top} ${width} ${height}" width="${width}" height="${height}" font-family="Inter, system-ui, sans-serif">`,
    `<title>${escape(doc.name)}</title><rect x="${left}" y="${top}" width="${width}" height="${height}" fill="${paint('--bg')}"/>`,
    ...edges, ...cards.map((card) => box(card, paint)), ...notes, '</svg>\n',
  ].join('\n');
}

function cardOf(doc: Doc, node: DocNode, types: Types): Drawn {
  const type = types.get(node.type);
  const ports = portsOf(node, type, usedRelations(doc, node.id), false);
  const shown = ports.shown.length ? ports.shown : relationsOf(node, type, []);
  return { node, height: cardHeight(ports), ports: shown, category: type?.category ?? 'flow', hint: type?.name ?? node.type };
}

function box({ node, height, category, hint }: Drawn, paint: Paint): string {
  const middle = node.y + height / 2;
  return `<rect x="${node.x}" y="${node.y}" width="${CARD_W}" height="${height}" rx="12" fill="${paint('--raise')}" stroke="${paint('--line2')}"/>`
    + `<rect x="${node.x + 12}" y="${middle - 16}" width="6" height="32" rx="3" fill="${paint(`--c-${category}`)}"/>`
    + label(node.x + 30, middle + (hint ? -2 : 4), short(node.name, 24), 13, paint('--text'), 600)
    + (hint ? label(node.x + 30, middle + 14, short(hint, 28), 11, paint('--muted')) : '');
}

function arrow(drawn: Map<string, Drawn>, from: string, to: string, relation: string, paint: Paint): string {
  const [source, target] = [drawn.get(from), drawn.get(to)];
  if (!source || !target) return '';
  const index = Math.max(0, source.ports.findIndex((name) => name.toLowerCase() === relation.toLowerCase()));
  const y = source.node.y + portY(index, { shown: source.ports, more: 0 });
  const end = target.node.y + target.height / 2;
  const path = edgePath(source.node.x + CARD_W, y, target.node.x, end, relation);
  const pill = `<rect x="${path.pillX}" y="${y - 9}" width="${pillWidth(relation)}" height="18" rx="9" fill="${paint('--panel2')}" stroke="${paint('--line2')}"/>`;
  return `<path d="${path.d}" fill="none" stroke="${paint('--edge')}" stroke-width="1.7"/><path d="M${target.node.x - 12},${end - 4.5} l5,4.5 l-5,4.5" fill="none" stroke="${paint('--edge')}" stroke-width="1.7"/>`
    + pill + label(path.pillX + 8, y + 3.5, relation, 10.5, paint('--muted'), 550);
}

function label(x: number, y: number, text: string, size: number, fill: string, weight = 400): string {
  return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${fill}">${escape(text)}</text>`;
}
