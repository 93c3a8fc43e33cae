import { describe, expect, it } from 'vitest';
import { align, type Way } from '../src/core/align';
import { patchGroup } from '../src/core/document';
import { drawnEdges, groupPorts, hasInput, hiddenIn, withMembers } from '../src/core/groups';
import { blocks, inline } from '../src/core/markdown';
import { doc } from './fixtures';

const chain = doc({ a: 'filter', b: 'save', c: 'save', d: 'save', e: 'save' }, 'a>b:True,b>c:Success,b>d:Failure,c>d:Failure,c>e:Success,a>c:False');
const group = { id: 'g', name: 'G', color: 'flow', nodes: ['b', 'c'] };
const open = { ...chain, groups: [group] };
const folded = { ...chain, groups: [{ ...group, collapsed: true }] };

describe('collapsed groups', () => {
  it('an open group hides nothing', () => {
    expect(hiddenIn(open.groups).size).toBe(0);
    expect(drawnEdges(open).map((item) => [item.source, item.target, item.isMerged])).toEqual(chain.edges.map((edge) => [edge.from, edge.to, false]));
  });

  it('arrows inside are gone, those over the border end at the group, twins are one', () => {
    expect([...hiddenIn(folded.groups)]).toEqual([['b', 'g'], ['c', 'g']]);
    expect(drawnEdges(folded).map((item) => `${item.source}>${item.target}:${item.edge.relation}`)).toEqual(['a>g:True', 'g>d:Failure', 'g>e:Success', 'a>g:False']);
  });

  it('has each relation that leads out once, and an input when something comes in', () => {
    expect(groupPorts(folded, folded.groups[0]!)).toEqual(['Failure', 'Success']);
    expect(hasInput(folded, folded.groups[0]!)).toBe(true);
    expect(hasInput(chain, { ...group, nodes: ['a'] })).toBe(true);
    expect(hasInput({ ...chain, entry: null }, { ...group, nodes: ['a'] })).toBe(false);
  });

  it('selecting a group selects its nodes', () => expect([...withMembers(folded, new Set(['g', 'e']))].sort()).toEqual(['b', 'c', 'e', 'g']));

  it('what is not collapsed does not say so', () => {
    expect(patchGroup(open, 'g', { collapsed: true }).groups[0]).toEqual({ ...group, collapsed: true });
    expect(patchGroup(folded, 'g', { collapsed: false }).groups[0]).toEqual(group);
  });
});

describe('cards in line', () => {
  const boxes = [{ id: 'a', x: 0, y: 0, height: 64 }, { id: 'b', x: 900, y: 40, height: 112 }, { id: 'c', x: 100, y: 300, height: 64 }];
  const at = (way: Way) => [...align(boxes, way, 200)].map(([id, place]) => `${id} ${place.x} ${place.y}`).sort();

  it('left sides, tops and middles', () => {
    expect(at('left')).toEqual(['a 0 0', 'b 0 40', 'c 0 300']);
    expect(at('top')).toEqual(['a 0 0', 'b 900 0', 'c 100 0']);
    expect(new Set([...align(boxes, 'middle', 200)].map(([id, place]) => place.y + boxes.find((box) => box.id === id)!.height / 2)).size).toBe(1);
  });

  it('spread with even gaps, wide enough even where there is no room', () => {
    expect(at('columns')).toEqual(['a 0 0', 'b 900 40', 'c 450 300']);
    expect(at('rows')).toEqual(['a 0 0', 'b 900 126', 'c 100 300']);
    expect([...align(boxes.map((box) => ({ ...box, x: 0 })), 'columns', 200).values()].map((place) => place.x)).toEqual([0, 336, 672]);
    expect(align(boxes.slice(0, 1), 'top', 200).size).toBe(0);
  });
});

describe('the Markdown of notes', () => {
  it('knows headings, lists, quotes, code, rules and paragraphs', () => {
    const kinds = blocks('# Title #\ntext\nmore\n\n- a\n- b\n1. c\n> said\n---\n```\n**raw**\n```\n').map((block) => block.kind);
    expect(kinds).toEqual(['heading', 'paragraph', 'list', 'list', 'quote', 'rule', 'code']);
    expect(blocks('#no heading')[0]!.kind).toBe('paragraph');
    expect(blocks('1. one\n2. two')).toEqual([{ kind: 'list', ordered: true, items: [[{ kind: 'text', text: 'one' }], [{ kind: 'text', text: 'two' }]] }]);
  });

  it('knows strong, emphasis, code and links, one in the other', () => {
    expect(inline('a **b *c*** `**d**`')).toEqual([
      { kind: 'text', text: 'a ' },
      { kind: 'strong', parts: [{ kind: 'text', text: 'b ' }, { kind: 'em', parts: [{ kind: 'text', text: 'c' }] }] },
      { kind: 'text', text: ' ' }, { kind: 'code', text: '**d**' },
    ]);
    expect(inline('2 * 3 * 4 and a_b_c')).toEqual([{ kind: 'text', text: '2 * 3 * 4 and a_b_c' }]);
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'JaVaScRiPt:x', '//evil.example', '/manage'])('no link to %s', (href) => {
    expect(JSON.stringify(inline(`[x](${href})`))).not.toContain('link');
  });

  it('links go out to the web', () => {
    expect(inline('[docs](https://a.example/x)')).toEqual([{ kind: 'link', href: 'https://a.example/x', parts: [{ kind: 'text', text: 'docs' }] }]);
    expect(inline('see https://a.example/x now')[1]).toMatchObject({ kind: 'link', href: 'https://a.example/x' });
  });

  it('HTML is text, and bad input ends', () => {
    expect(blocks('<img src=x onerror=alert(1)>')).toEqual([{ kind: 'paragraph', parts: [{ kind: 'text', text: '<img src=x onerror=alert(1)>' }] }]);
    for (const text of ['*'.repeat(10_000), '['.repeat(10_000), '`'.repeat(9_999), '**a'.repeat(3000), '> '.repeat(5000), '#'.repeat(5000), '`a`'.repeat(3300), '```\n'.repeat(3), '- \n-\n1.', 'ab  # \n']) {
      expect(blocks(text).length).toBeGreaterThan(0);
    }
  });
});
