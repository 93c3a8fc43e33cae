import { describe, expect, it } from 'vitest';
import { clipOf, exportDoc, paste, readClip, writeClip } from '../src/core/clipboard';
import { addGroup, addNode, connect, defaults, docOf, freeName, insert, move, patchNode, relabel, relationsOf, remove } from '../src/core/document';
import { INPUT } from '../src/core/types';
import { doc, types } from './fixtures';

const arrows = (d: ReturnType<typeof doc>) => d.edges.map((e) => `${e.from}>${e.to}:${e.relation}`);

describe('a document', () => {
  it('takes a first node as its entry, a source not', () => {
    const [first, id] = addNode(doc({}), types.get('save')!, 0, 0);
    expect(first.entry).toBe(id);
    expect(addNode(doc({}), types.get('generator')!, 0, 0)[0].entry).toBeNull();
  });

  it('gives a new node the defaults of its type and a free name', () => {
    expect(defaults(types.get('call')!)).toEqual({ retries: 3 });
    const [next, id] = addNode(doc({ call: 'call' }), types.get('call')!, 8, 16);
    expect(next.nodes.find((n) => n.id === id)).toMatchObject({ name: 'call 2', x: 8, y: 16, config: { retries: 3 } });
  });

  it('joins a new node to the one it was dragged from', () => {
    const [next, id] = addNode(doc({ f: 'filter' }), types.get('save')!, 0, 0, { from: 'f', relation: 'False' });
    expect(arrows(next)).toEqual([`f>${id}:False`]);
  });

  it('puts a node into an arrow, or before the entry', () => {
    const base = doc({ f: 'filter', s: 'save', n: 'save' }, 'f>s:True');
    expect(arrows(insert(base, 'n', 'e0', types.get('save')))).toEqual(['f>n:True', 'n>s:Success']);
    const before = insert(base, 'n', '__entry', types.get('save'));
    expect(before.entry).toBe('n');
    expect(arrows(before)).toContain('n>f:Success');
  });

  it('connects once, never to itself, and chooses the entry from the input card', () => {
    const base = doc({ f: 'filter', s: 'save' }, 'f>s:True');
    expect(connect(base, 'f', 'true', 's')).toBe(base);
    expect(connect(base, 'f', 'True', 'f')).toBe(base);
    expect(connect(base, INPUT, 'Messages', 's').entry).toBe('s');
  });

  it('relabels; several relations make parallel arrows', () => {
    const base = doc({ f: 'filter', s: 'save' }, 'f>s:True');
    expect(arrows(relabel(base, 'e0', ['False', 'Failure']))).toEqual(['f>s:False', 'f>s:Failure']);
    expect(relabel(base, 'e0', ['False']).edges[0]!.id).toBe('e0');
  });

  it('removes nodes with their arrows, their group and the entry', () => {
    const base = addGroup(doc({ f: 'filter', s: 'save' }, 'f>s:True'), ['f'], 'g', 'flow');
    const next = remove(base, ['f']);
    expect(next).toMatchObject({ entry: null, edges: [], groups: [] });
  });

  it('heals: what came to a node goes on to its next', () => {
    const base = doc({ f: 'filter', s: 'save', t: 'save' }, 'f>s:True, s>t:Success');
    expect(arrows(remove(base, ['s'], true))).toEqual(['f>t:True']);
    expect(remove(base, ['f'], true).entry).toBe('s');
  });

  it('knows the ports: of the type, of the labels, of the arrows in use, and Failure', () => {
    const node = { ...doc({ w: 'switch' }).nodes[0]!, config: { labels: ['Hot', 'Cold'] } };
    expect(relationsOf(node, types.get('switch'), ['hot', 'Warm'])).toEqual(['Hot', 'Cold', 'Warm', 'Failure']);
  });

  it('keeps what did not move the same object', () => {
    const base = doc({ f: 'filter', s: 'save' });
    const next = move(base, new Map([['s', { x: 8, y: 8 }]]));
    expect(next.nodes[0]).toBe(base.nodes[0]);
    expect(next.nodes[1]).toMatchObject({ x: 8, y: 8 });
  });
});

it('reads what the server fills in as what is not set', () => {
  const base = doc({ f: 'filter' });
  const stored = { ...base, nodes: base.nodes.map((node) => ({ ...node, debug: false, disabled: false })) };
  expect(docOf(stored).nodes).toEqual(base.nodes);
  expect(patchNode(patchNode(base, 'f', { disabled: true }), 'f', { disabled: false })).toEqual(base);
});

describe('copy and paste', () => {
  it('copies with the arrows between, under new ids', () => {
    const base = doc({ f: 'filter', s: 'save', t: 'save' }, 'f>s:True, s>t:Success');
    const clip = readClip(writeClip(clipOf(base, new Set(['f', 's']))))!;
    const [next, ids] = paste(base, clip, 10, 10);
    expect(next.nodes).toHaveLength(5);
    expect(next.nodes.at(-1)!.name).toBe('s 2');
    expect(arrows(next).at(-1)).toBe(`${ids[0]}>${ids[1]}:True`);
  });

  it('counts names on, whatever is copied', () => {
    expect(freeName(doc({ 'Log': 'save', 'Log 2': 'save' }), 'Log 2')).toBe('Log 3');
    expect(freeName(doc({ 'Log': 'save', 'Log 2': 'save', 'Log 3': 'save' }), 'Log')).toBe('Log 4');
    expect(freeName(doc({ 'T-1': 'save', '7': 'save' }), 'T-1')).toBe('T-1 2');
    expect(freeName(doc({ 'T-1': 'save', '7': 'save' }), '7')).toBe('7 2');
  });

  it('takes no other text', () => {
    for (const text of ['', 'hello', '{}', '{"nodes":[{"id":1}]}', 'null']) expect(readClip(text)).toBeUndefined();
  });

  it('exports and imports to the same', () => {
    const base = addGroup(doc({ f: 'filter', s: 'save' }, 'f>s:True'), ['f'], 'Gruppe "1" <b>', 'flow');
    expect(docOf(JSON.parse(exportDoc(base)))).toEqual(base);
  });
});
