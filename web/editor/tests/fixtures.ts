import type { Doc, DocEdge, DocNode, NodeType, Types } from '../src/core/types';

export function type(name: string, relations: string[] = ['Success'], more: Partial<NodeType> = {}): NodeType {
  return {
    type: name, name, category: 'action', icon: 'box', description: '', help: '', relations, customRelations: false, source: false,
    thingsboard: '', version: 1, schema: { type: 'object', properties: {} }, examples: [], ...more,
  };
}

export const types: Types = new Map(
  [
    type('filter', ['True', 'False']),
    type('save'),
    type('switch', [], { customRelations: true, schema: { properties: { labels: { type: 'array', 'x-ui': { widget: 'keys', ports: true } } } } }),
    type('generator', ['Success'], { source: true }),
    type('call', ['Success'], { schema: { required: ['url'], properties: { url: { title: 'URL', minLength: 1 }, retries: { default: 3 } } } }),
  ].map((item) => [item.type, item]),
);

export function doc(nodes: Record<string, string>, edges = '', more: Partial<Doc> = {}): Doc {
  const rows = Object.entries(nodes).map(([id, kind], index): DocNode => ({ id, type: kind, name: id, x: index * 300, y: 0, config: {} }));
  const arrows = edges.split(',').filter(Boolean).map((text, index): DocEdge => {
    const [, from, to, relation] = /^(\w+)>(\w+):(.+)$/.exec(text.trim())!;
    return { id: `e${index}`, from: from!, to: to!, relation: relation! };
  });
  return { name: 'chain', entry: rows[0]?.id ?? null, nodes: rows, edges: arrows, groups: [], notes: [], scenarios: [], ...more };
}
