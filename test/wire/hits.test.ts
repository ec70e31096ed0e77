import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeHits, toMetadata } from '../../src/wire/json/hits.ts';
import type { Hit } from '../../src/wire/operations.ts';

const hit = (id: string, similarity: number): Hit => ({
  id,
  collection: null,
  similarity,
  rawScore: similarity,
});

describe('mergeHits', () => {
  it('takes the highest head, the earlier list on a tie, and cuts to k', () => {
    const merged = mergeHits(
      [
        [hit('a', 0.9), hit('b', 0.5)],
        [hit('c', 0.9), hit('d', 0.7)],
      ],
      3,
    );
    expect(merged.map((entry) => entry.id)).toEqual(['a', 'c', 'd']);
  });

  it('equals a stable sort where every list falls', () => {
    const list = fc
      .array(fc.integer({ min: 0, max: 6 }), { maxLength: 8 })
      .map((scores) => scores.sort((a, b) => b - a));
    fc.assert(
      fc.property(fc.array(list, { maxLength: 4 }), fc.nat(20), (scores, k) => {
        const lists = scores.map((row, i) => row.map((score, j) => hit(`${i}.${j}`, score)));
        const sorted = lists.flat().sort((a, b) => b.similarity - a.similarity);
        expect(mergeHits(lists, k)).toEqual(sorted.slice(0, k));
      }),
    );
  });

  it('puts no hit without a score before one that has one', () => {
    const merged = mergeHits(
      [
        [hit('a', 0.9), hit('x', Number.NaN), hit('y', Number.NaN)],
        [hit('c', 0.8), hit('d', 0.7)],
      ],
      4,
    );
    expect(merged.map((entry) => entry.id)).toEqual(['a', 'c', 'd', 'x']);
  });

  it('leaves the order within a list alone, so that scores that rise stay visible', () => {
    const merged = mergeHits([[hit('a', 0.1), hit('b', 0.9)], [hit('c', 0.5)]], 10);
    expect(merged.map((entry) => entry.id)).toEqual(['c', 'a', 'b']);
  });
});

describe('toMetadata', () => {
  it('lets scalars, nulls and lists of strings pass, and leaves out what has no place', () => {
    const value = { a: 'x', b: 1, c: true, d: null, e: ['p', 'q'], f: { g: 1 }, h: [1] };
    expect(toMetadata(value)).toEqual({ a: 'x', b: 1, c: true, d: null, e: ['p', 'q'] });
  });

  it.each([null, undefined, 'text', 3, [1]])('of %j is undefined', (value) => {
    expect(toMetadata(value)).toBeUndefined();
  });
});
