import { describe, expect, it } from 'vitest';
import { Api, ApiError } from '../src/core/api';
import { docDiff, isSame, jsonDiff } from '../src/core/diff';
import { keepDraft, readDraft } from '../src/core/drafts';
import { cardHeight, portsOf } from '../src/core/geometry';
import { History } from '../src/core/history';
import { loadLanguage, t, tn } from '../src/core/i18n';
import { layout } from '../src/core/layout';
import { edgeKey, formatRate, LiveStore } from '../src/core/live';
import { merge } from '../src/core/merge';
import { pathsOf } from '../src/core/paths';
import { toSvg } from '../src/core/picture';
import { combined, cycle, fromServer, reachable, validate } from '../src/core/validate';
import { de } from '../src/core/words/de';
import { deDoors } from '../src/core/words/de-doors';
import { enDoors } from '../src/core/words/en-doors';
import { dePlaces } from '../src/core/words/de-places';
import { en } from '../src/core/words/en';
import { places } from '../src/core/words/places';
import { patchNode } from '../src/core/document';
import { doc, types } from './fixtures';

describe('history', () => {
  it('goes back and forth, and joins typing within a second', () => {
    let now = 0;
    const history = new History<number>(10, () => now);
    history.push(0);
    history.push(1, 'name');
    now = 500;
    history.push(2, 'name');
    now = 2000;
    history.push(3, 'name');
    expect(history.steps).toEqual({ undo: 3, redo: 0 });
    expect([history.undo(4), history.undo(3), history.undo(1), history.undo(0)]).toEqual([3, 1, 0, undefined]);
    expect(history.redo(0)).toBe(1);
    history.push(9);
    expect(history.redo(9)).toBeUndefined();
  });

  it('forgets the oldest', () => {
    const history = new History<number>(2);
    [1, 2, 3].forEach((n) => history.push(n));
    expect(history.steps.undo).toBe(2);
  });
});

describe('validation', () => {
  const codes = (d: ReturnType<typeof doc>) => validate(d, types, t).map((p) => `${p.code}:${p.nodeId ?? ''}`);

  it('finds nothing in a sound chain', () => expect(codes(doc({ f: 'filter', s: 'save' }, 'f>s:True'))).toEqual([]));
  it('finds circles', () => expect(cycle(doc({ a: 'save', b: 'save', c: 'save' }, 'a>b:Success, b>c:Success, c>b:Success'))).toEqual(['b', 'c']));
  it('does not take a diamond for a circle', () => expect(cycle(doc({ a: 'filter', b: 'save', c: 'save', d: 'save' }, 'a>b:True, a>c:False, b>d:Success, c>d:Success'))).toEqual([]));
  it('follows a chain of 5000 nodes', () => {
    const ids = Array.from({ length: 5000 }, (_, i) => `n${i}`);
    const long = doc(Object.fromEntries(ids.map((id) => [id, 'save'])), ids.slice(1).map((id, i) => `n${i}>${id}:Success`).join(','));
    expect(cycle(long)).toEqual([]);
    expect(reachable(long, types).size).toBe(5000);
  });
  it('finds what no message reaches; sources reach by themselves', () => expect(codes(doc({ s: 'save', x: 'save', g: 'generator', y: 'save' }, 'g>y:Success'))).toEqual(['unreachable:x']));
  it('finds missing fields, unknown types and relations', () => {
    expect(codes(doc({ c: 'call', s: 'save', u: 'nothing' }, 'c>s:Perhaps, s>u:Success'))).toEqual(['missing:c', 'unknown-relation:c', 'unknown-type:u']);
  });
  it('finds a chain without a beginning and a decision without a way', () => expect(codes(doc({ f: 'filter' }, '', { entry: null }))).toEqual(['no-entry:', 'unreachable:f', 'dead-end:f']));
  it('keeps the word of the server until it speaks again, for what only it can know', () => {
    const d = doc({ f: 'filter' });
    const server = fromServer([{ message: 'bad script', place: 'nodes/f/config/script', code: 'script', line: 2, column: 1, severity: 'error', fix: '' }, { message: 'x', place: 'nodes/f', code: 'dead-end', severity: 'warning', fix: '', line: null, column: null }], d, t);
    expect(server[0]).toMatchObject({ nodeId: 'f', field: 'script', line: 2, text: 'bad script' });
    expect(combined([], server, false, d).map((p) => p.code)).toEqual(['script']);
    expect(combined([], server, true, d)).toHaveLength(2);
  });
});

describe('merge', () => {
  const base = doc({ a: 'filter', b: 'save', c: 'save' }, 'a>b:True, a>c:False');

  it('joins what both changed apart', () => {
    const mine = patchNode(base, 'a', { name: 'A!' });
    const theirs = patchNode({ ...base, edges: base.edges.slice(1) }, 'b', { config: { x: 1 } });
    const { doc: joined, conflicts } = merge(base, mine, theirs);
    expect(conflicts).toEqual([]);
    expect(joined.nodes.map((n) => n.name)).toEqual(['A!', 'b', 'c']);
    expect(joined.nodes[1]!.config).toEqual({ x: 1 });
    expect(joined.edges.map((e) => e.id)).toEqual(['e1']);
  });

  it('asks when both changed the same, and does as told', () => {
    const mine = patchNode(base, 'a', { name: 'mine' });
    const theirs = patchNode(base, 'a', { name: 'theirs' });
    expect(merge(base, mine, theirs).conflicts.map((c) => `${c.kind}/${c.id}`)).toEqual(['nodes/a']);
    expect(merge(base, mine, theirs).doc.nodes[0]!.name).toBe('mine');
    expect(merge(base, mine, theirs, new Map([['nodes/a', 'theirs']])).doc.nodes[0]!.name).toBe('theirs');
  });

  it('asks when one deleted what the other changed', () => {
    const mine = { ...base, nodes: base.nodes.slice(0, 2), edges: base.edges.slice(0, 1) };
    const theirs = patchNode(base, 'c', { name: 'new' });
    const { conflicts } = merge(base, mine, theirs);
    expect(conflicts).toMatchObject([{ kind: 'nodes', id: 'c', mine: undefined }]);
  });

  it('does not ask about places', () => {
    const mine = patchNode(base, 'a', { x: 50 });
    const theirs = patchNode(base, 'a', { x: 90, name: 'A' });
    expect(merge(base, mine, theirs)).toMatchObject({ conflicts: [], doc: { nodes: [{ x: 50, name: 'A' }, {}, {}] } });
  });
});

describe('differences', () => {
  it('shows one line for each leaf', () => {
    expect(jsonDiff({ a: 1, b: { c: 2 } }, { b: { c: 3 }, d: [] }).map((l) => `${l.sign}${l.path}=${l.value}`)).toEqual(['-a=1', '-b.c=2', '+b.c=3', '+d=[]']);
  });
  it('shows a script line by line', () => {
    expect(jsonDiff({ s: 'a\nb\nc' }, { s: 'a\nB\nc\nd' }).map((l) => `${l.sign}${l.value}`)).toEqual([' a', '-b', '+B', ' c', '+d']);
  });
  it('compares whatever the order of keys', () => {
    expect(isSame({ a: [1, { b: 2 }], c: null }, { c: null, a: [1, { b: 2 }] })).toBe(true);
    expect(isSame({ a: 1 }, { a: undefined })).toBe(false);
  });
  it('does not count a move', () => {
    const before = doc({ a: 'save', b: 'save' }, 'a>b:Success');
    const after = patchNode(patchNode(before, 'a', { x: 999 }), 'b', { name: 'B' });
    const diff = docDiff(before, after);
    expect([...diff.changed]).toEqual(['b']);
  });
});

describe('layout', () => {
  it('lets no two cards overlap and puts targets in the order of the ports', async () => {
    const boxes = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, height: 64, relations: ['True', 'False', 'Failure'] }));
    const edges = [['a', 'b', 'False'], ['a', 'c', 'True'], ['b', 'd', 'True'], ['c', 'd', 'True']].map(([from, to, relation], i) => ({ id: `${i}`, from: from!, to: to!, relation: relation! }));
    const places = [...(await layout(boxes, edges)).values()];
    for (const [i, p] of places.entries()) for (const q of places.slice(i + 1)) expect(Math.abs(p.x - q.x) >= 208 || Math.abs(p.y - q.y) >= 64).toBe(true);
    expect((await layout(boxes, edges)).get('c')!.y).toBeLessThan((await layout(boxes, edges)).get('b')!.y);
  });
  it('shows few ports of many', () => {
    const node = doc({ w: 'switch' }).nodes[0]!;
    const many = { ...node, config: { labels: ['1', '2', '3', '4', '5', '6'] } };
    expect(portsOf(many, types.get('switch'), ['5'], false)).toEqual({ shown: ['5'], more: 6 });
    expect(cardHeight(portsOf(many, types.get('switch'), [], true))).toBe(64 + 5 * 24);
  });
});

describe('live numbers', () => {
  it('are rates over ten seconds; a listener hears only its own', () => {
    const store = new LiveStore((run) => run());
    let heard = 0;
    store.subscribe('a', () => { heard += 1; });
    expect(store.get('a')).toBeUndefined();
    const tick = (seen: number) => store.apply({ elapsedMs: 1000, version: 1, nodes: seen ? { a: { seen, failed: 0 } } : {}, edges: [{ node: 'a', relation: 'True', count: seen }] });
    tick(20);
    expect(store.get('a')).toEqual({ rate: 20, failures: 0 });
    expect(store.get(edgeKey('a', 'TRUE'))).toEqual({ rate: 20, failures: 0 });
    for (let i = 0; i < 9; i++) tick(0);
    expect(store.get('a')!.rate).toBe(2);
    tick(0);
    expect(store.get('a')!.rate).toBe(0);
    tick(0);
    expect(heard).toBe(12 - 1);
  });
  it('are short', () => expect([0, 0.05, 0.4, 3.24, 182, 1540].map(formatRate)).toEqual(['0', '0.05', '0.4', '3.2', '182', '1.5k']));
});

describe('words', () => {
  it('have the same keys and the same places for values in both languages', () => {
    const holes = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort().join();
    for (const [english, german] of [[en, de], [places, dePlaces], [enDoors, deDoors]] as [Record<string, string>, Record<string, string>][]) {
      expect(Object.keys(german).sort()).toEqual(Object.keys(english).sort());
      for (const key of Object.keys(english)) expect([key, holes(german[key]!)]).toEqual([key, holes(english[key]!)]);
    }
  });
  it('come in the plural of the language', async () => {
    expect([tn('problems', 1), tn('problems', 2)]).toEqual(['1 problem', '2 problems']);
    await loadLanguage('de');
    expect(tn('problems', 2)).toBe('2 Probleme');
    await loadLanguage('en');
  });
});

describe('the client', () => {
  const answer = (status: number, body: unknown) => new Api('', async () => new Response(JSON.stringify(body), { status }));

  it('gives back the document that stands there on 412', async () => {
    const current = { id: 'c', version: 9 };
    expect(await answer(412, { title: 'Precondition failed', current }).saveChain('c', doc({}), 8)).toEqual({ current });
  });
  it('sends If-Match', async () => {
    const seen: Record<string, string>[] = [];
    const http = async (_: unknown, init?: RequestInit) => { seen.push(init!.headers as Record<string, string>); return new Response('{}'); };
    await new Api('', http as typeof fetch).saveChain('c', doc({}), 7);
    expect(seen[0]!['if-match']).toBe('"7"');
  });
  it('throws problems with their errors, and knows when nobody answers', async () => {
    const errors = [{ message: 'no', place: '/name', code: 'x' }];
    await expect(answer(400, { title: 'Bad', detail: 'no', errors }).chain('c')).rejects.toMatchObject({ status: 400, message: 'no', errors });
    const dead = new Api('', async () => { throw new TypeError('network'); });
    await expect(dead.chain('c')).rejects.toSatisfy((e: ApiError) => e.isOffline);
  });
});

describe('drafts', () => {
  const store = () => { const map = new Map<string, string>(); return { getItem: (k: string) => map.get(k) ?? null, setItem: (k: string, v: string) => void map.set(k, v), removeItem: (k: string) => void map.delete(k) } as unknown as Storage; };
  it('come back as they were; a broken one is none', () => {
    const place = store();
    const draft = { version: 3, doc: doc({ a: 'save' }), savedAt: 1 };
    expect(keepDraft('c', draft, place)).toBe(true);
    expect(readDraft('c', place)).toEqual(draft);
    place.setItem('tidegate.draft.c', '{"version":');
    expect(readDraft('c', place)).toBeUndefined();
  });
});

it('a picture shows every card and every arrow, names as text', () => {
  const svg = toSvg(doc({ 'a<b': 'filter', s: 'save' }, '', { edges: [{ id: 'e', from: 'a<b', to: 's', relation: 'True' }] }), types, 'Messages in', () => '#000');
  expect(svg).toContain('a&#60;b');
  expect(svg.match(/rx="12"/g)).toHaveLength(3);
  expect(svg.match(/rx="9"/g)).toHaveLength(2);
});

it('paths are written as scripts write them', () => {
  expect(pathsOf({ a: { 'b c': 1 } }, 'msg').map((p) => p.path)).toEqual(['msg.a', 'msg.a["b c"]']);
});
