import { describe, expect, it } from 'vitest';
import { beforeInChain, hopDiff, passesOf, passKey, relationsAt, rowsOf, share, standIn, typeWords, watch } from '../src/core/trace';
import type { HopView, TraceView } from '../src/core/types';

const message = (data: unknown, metadata: Record<string, string> = {}) => ({ id: 'm', parent: null, type: 'POST_TELEMETRY_REQUEST', originator: { id: 'd', kind: 'DEVICE', name: 'T' }, data, metadata, ts: 1 });

/** A hop in short: `node` of chain `c`, or `chain/node`; where it came from, the relation it gave, and its data in and out. */
function hop(place: string, from: [number, string] | null, relation: string | null, before: unknown = {}, after: unknown = before, error: string | null = null): HopView {
  const [chain, node] = place.includes('/') ? (place.split('/') as [string, string]) : ['c', place];
  const out = relation === null ? [] : [{ ...message(after), relation }];
  return { chain, node, name: node.toUpperCase(), relation, from: from && { hop: from[0], relation: from[1] }, in: message(before), out, elapsedUs: 10, error };
}

const trace = (...hops: HopView[]): TraceView => ({ id: 't', chain: 'c', originator: 'T', type: 'x', startedTs: 1, complete: true, steps: hops.length, dropped: 0, elapsedUs: 1, error: null, hops });

const nested = trace(
  hop('a', null, 'Success'),
  hop('in', [0, 'Success'], 'enter inner'),
  hop('inner/s', [1, 'enter inner'], 'Success'),
  hop('inner/out', [2, 'Success'], 'Done'),
  hop('end', [3, 'Done'], null, {}, {}, 'no good'),
);

describe('the tree of a trace', () => {
  it('goes straight on without stepping in, forks one deeper', () => {
    const forked = trace(hop('a', null, 'Success'), hop('b', [0, 'Success'], 'True'), hop('c', [1, 'True'], null), hop('d', [1, 'True'], 'Success'), hop('e', [3, 'Success'], null));
    expect(rowsOf(forked).map((row) => row.depth)).toEqual([0, 0, 1, 1, 1]);
    expect(rowsOf(trace()).length).toBe(0);
  });

  it('goes into a nested chain and comes out at the same depth', () => {
    expect(rowsOf(nested).map((row) => [row.depth, row.isNewChain])).toEqual([[0, false], [0, false], [1, true], [1, false], [0, true]]);
    expect(nested.hops.map((_, index) => beforeInChain(nested.hops, index))).toEqual([undefined, 0, undefined, 2, 1]);
  });

  it('several messages of one exchange begin each at the left', () => {
    expect(rowsOf(trace(hop('a', null, 'x'), hop('a', null, 'x'), hop('b', [0, 'x'], null))).map((row) => row.depth)).toEqual([0, 0, 0]);
  });
});

describe('on the canvas', () => {
  it('numbers what a chain saw, its arrows, its way in, and the reason of a failure', () => {
    const outer = passesOf(nested, 'c');
    expect([...outer.nodes].map(([id, pass]) => [id, pass.numbers, pass.error])).toEqual([['a', [1], ''], ['in', [2], ''], ['end', [5], 'no good']]);
    expect([...outer.edges]).toEqual([passKey('a', 'success', 'in'), passKey('in', 'DONE', 'end')]);
    expect([...outer.entries]).toEqual(['a']);
    const inner = passesOf(nested, 'inner');
    expect([...inner.nodes.keys()]).toEqual(['s', 'out']);
    expect([...inner.entries]).toEqual(['s']);
    expect(passesOf(nested, 'c')).toBe(outer);
  });

  it('a hop elsewhere is stood for by the node that led there', () => {
    expect([0, 2, 3, 4].map((at) => standIn(nested, at, 'c'))).toEqual(['a', 'in', 'in', 'end']);
    expect(standIn(nested, 1, 'inner')).toBeUndefined();
  });
});

describe('a step', () => {
  it('says which relations were taken and which not', () => {
    expect(relationsAt(hop('f', null, 'True'), ['true', 'False', 'Failure'])).toEqual({ taken: ['True'], others: ['False', 'Failure'] });
  });

  it('shows what changed in body, metadata and type', () => {
    const lines = hopDiff(hop('f', null, 'Success', { t: 1, u: 2 }, { t: 3, u: 2 }));
    expect(lines.filter((line) => line.sign !== ' ').map((line) => `${line.sign}${line.path}=${line.value}`)).toEqual(['-msg.t=1', '+msg.t=3']);
    expect(hopDiff(hop('f', null, null, { t: 1 })).every((line) => line.sign === ' ')).toBe(true);
  });

  it('watched fields have a value behind each hop, and none where they are not', () => {
    const made = trace(hop('a', null, 'x', { t: 1 }, { t: 1 }), hop('b', [0, 'x'], 'x', { t: 1 }, { t: 'two' }), hop('c', [1, 'x'], 'x', { t: 'two' }, {}), hop('d', [2, 'x'], null, {}));
    expect(watch(made, 'msg.t')).toEqual([
      { index: 0, value: '1', isChanged: false }, { index: 1, value: '"two"', isChanged: true },
      { index: 2, value: undefined, isChanged: true }, { index: 3, value: undefined, isChanged: false },
    ]);
  });

  it('knows its share of the time', () => expect(share(trace(hop('a', null, 'x')), { ...hop('a', null, 'x'), elapsedUs: 5 })).toBe(0.5));

  it('message types are words', () => {
    expect(['POST_TELEMETRY_REQUEST', 'ATTRIBUTES_UPDATED', 'TO_SERVER_RPC_REQUEST', 'My own'].map(typeWords)).toEqual(['Post telemetry', 'Attributes updated', 'To server RPC request', 'My own']);
  });
});
