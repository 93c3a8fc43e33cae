/** What is wrong with a document, found at once in the browser; the server's word follows and counts more. */
import { relationsOf } from './document';
import type { Doc, DocEdge, DocNode, JsonSchema, NodeType, Problem, ProblemItem, Types } from './types';

type Text = (key: string, values?: Record<string, string | number>) => string;

/** Codes that the browser finds by itself; of these, old findings of the server are dropped as soon as the document changes. */
const OWN = new Set(['unknown-type', 'missing', 'unreachable', 'cycle', 'no-entry', 'unknown-relation', 'dead-end', 'empty', 'lost-entry']);

export function validate(doc: Doc, types: Types, t: Text): Problem[] {
  const out = new Map<string, DocEdge[]>();
  for (const edge of doc.edges) (out.get(edge.from) ?? out.set(edge.from, []).get(edge.from)!).push(edge);
  const found = [...shape(doc, types, t), ...doc.nodes.flatMap((node) => [...ofNode(node, out.get(node.id) ?? [], types, t)])];
  return sorted(found);
}

function* shape(doc: Doc, types: Types, t: Text): Generator<Problem> {
  if (!doc.nodes.length) return;
  if (!doc.entry && !doc.nodes.some((node) => types.get(node.type)?.source)) yield make(t, 'error', 'no-entry');
  const circle = cycle(doc);
  if (circle.length) {
    const names = circle.map((id) => doc.nodes.find((node) => node.id === id)?.name ?? id);
    yield make(t, 'error', 'cycle', { nodeId: circle[0]! }, { way: [...names, names[0]!].join(' → ') });
  }
  const reached = reachable(doc, types);
  for (const node of doc.nodes) if (!reached.has(node.id)) yield make(t, 'warning', 'unreachable', { nodeId: node.id });
}

function* ofNode(node: DocNode, out: readonly DocEdge[], types: Types, t: Text): Generator<Problem> {
  const type = types.get(node.type);
  if (!type) {
    yield make(t, 'error', 'unknown-type', { nodeId: node.id }, { type: node.type });
    return;
  }
  for (const field of missing(type, node.config)) {
    const title = type.schema.properties?.[field]?.title ?? field;
    yield make(t, 'error', 'missing', { nodeId: node.id, field }, { field: title });
  }
  const known = new Set(relationsOf(node, type, []).map((name) => name.toLowerCase()));
  for (const edge of type.customRelations ? [] : out) {
    if (known.has(edge.relation.toLowerCase())) continue;
    yield make(t, 'error', 'unknown-relation', { nodeId: node.id, edgeId: edge.id }, { relation: edge.relation });
  }
  const decides = type.relations.length > 1 || type.customRelations;
  if (decides && type.type !== 'rule-chain' && !out.length) yield make(t, 'warning', 'dead-end', { nodeId: node.id });
}

/** The required fields that have no value. */
export function missing(type: NodeType, config: Readonly<Record<string, unknown>>): string[] {
  const { required = [], properties = {} } = type.schema;
  return Object.keys(properties).filter((key) => isMissing(properties[key]!, config[key], required.includes(key)));
}

export function isMissing(schema: JsonSchema, value: unknown, required: boolean): boolean {
  if (value === undefined || value === null) return required;
  if (value === '') return required || (schema.minLength ?? 0) > 0;
  return false;
}

/** The nodes of one circle of arrows, in their order; empty when there is none. */
export function cycle(doc: Doc): string[] {
  const next = new Map<string, string[]>();
  for (const edge of doc.edges) next.set(edge.from, [...(next.get(edge.from) ?? []), edge.to]);
  const state = new Map<string, 'open' | 'done'>();
  for (const start of doc.nodes) {
    // Depth first without recursion: chains may have thousands of nodes in a row.
    const path: { id: string; rest: string[] }[] = [];
    const enter = (id: string) => {
      state.set(id, 'open');
      path.push({ id, rest: [...(next.get(id) ?? [])] });
    };
    if (!state.has(start.id)) enter(start.id);
    while (path.length) {
      const top = path.at(-1)!;
      const id = top.rest.shift();
      if (id === undefined) {
        state.set(top.id, 'done');
        path.pop();
      } else if (state.get(id) === 'open') {
        return path.slice(path.findIndex((step) => step.id === id)).map((step) => step.id);
      } else if (!state.has(id)) enter(id);
    }
  }
  return [];
}

/** The nodes that a message can come to. */
export function reachable(doc: Doc, types: Types): Set<string> {
  const waiting = doc.nodes.filter((node) => types.get(node.type)?.source || node.id === doc.entry).map((node) => node.id);
  const next = new Map<string, string[]>();
  for (const edge of doc.edges) next.set(edge.from, [...(next.get(edge.from) ?? []), edge.to]);
  const reached = new Set(waiting);
  while (waiting.length) {
    for (const id of next.get(waiting.pop()!) ?? []) {
      if (reached.has(id)) continue;
      reached.add(id);
      waiting.push(id);
    }
  }
  return reached;
}

/** The server's findings as problems; `place` reads `nodes/<id>/config/<field>`, `edges/<id>` or `entry`. */
export function fromServer(items: readonly ProblemItem[], doc: Doc, t: Text): Problem[] {
  return items.map((item, index) => {
    const [kind, id, , field] = item.place.split('/');
    const edge = kind === 'edges' ? doc.edges.find((e) => e.id === id) : undefined;
    const nodeId = kind === 'nodes' ? id : edge?.from;
    const own = `problem.${item.code}`;
    const isKnown = ['unreachable', 'no-entry', 'dead-end', 'missing', 'twin-arrow', 'self-reference'].includes(item.code) && t(own) !== own;
    return {
      key: `server:${item.place}:${item.code}:${index}`,
      level: item.severity === 'warning' ? 'warning' : 'error',
      code: item.code,
      text: isKnown ? t(own, { field: field ?? '' }) : item.message,
      fix: item.fix ?? '',
      ...(nodeId ? { nodeId } : {}),
      ...(edge ? { edgeId: edge.id } : {}),
      ...(field ? { field } : {}),
      ...(item.line ? { line: item.line } : {}),
    };
  });
}

/** The browser's findings for today's document, with those of the server for an older one that only the server can find. */
export function combined(own: readonly Problem[], server: readonly Problem[], isCurrent: boolean, doc: Doc): Problem[] {
  if (isCurrent) return sorted([...server]);
  const alive = new Set(doc.nodes.map((node) => node.id));
  const rest = server.filter((p) => !OWN.has(p.code) && (!p.nodeId || alive.has(p.nodeId)));
  return sorted([...own, ...rest]);
}

function sorted(problems: Problem[]): Problem[] {
  return problems.sort((a, b) => Number(a.level !== 'error') - Number(b.level !== 'error'));
}

function make(t: Text, level: Problem['level'], code: string, place: Partial<Problem> = {}, values: Record<string, string> = {}): Problem {
  const key = `${code}:${place.nodeId ?? ''}:${place.edgeId ?? ''}:${place.field ?? ''}`;
  return { key, level, code, text: t(`problem.${code}`, values), fix: '', ...place };
}
