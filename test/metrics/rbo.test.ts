import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RboVariant, rankBiasedOverlap } from '../../src/metrics/ranking/rbo.ts';
import { tieGroups } from '../../src/metrics/ranking/tie-groups.ts';

const variants: readonly RboVariant[] = ['w', 'a', 'b'];

const ranking = fc
  .tuple(
    fc.uniqueArray(fc.constantFrom(...'abcdefghij'), { minLength: 1, maxLength: 8 }),
    fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
  )
  .map(([items, joins]) => {
    const groups: string[][] = [];
    for (const [at, item] of items.entries()) {
      const last = groups.at(-1);
      if (last !== undefined && joins[at]) last.push(item);
      else groups.push([item]);
    }
    return groups;
  });

const untied = ranking.map((groups) => groups.flat().map((item) => [item]));
const persistence = fc.double({ min: 0.05, max: 0.98, noNaN: true });

describe('rank-biased overlap', () => {
  it('gives the values of Webber, Moffat & Zobel for an uneven pair (0.4903836)', () => {
    const x = [...'NHMACFL'].map((item) => [item]);
    const y = [...'CGNA'].map((item) => [item]);
    expect(rankBiasedOverlap(x, y, 0.9).ext).toBeCloseTo(0.490383642857, 12);
  });

  it('is symmetric, and min ≤ ext ≤ max for variants w and a', () => {
    fc.assert(
      fc.property(ranking, ranking, persistence, (x, y, p) => {
        for (const variant of variants) {
          const there = rankBiasedOverlap(x, y, p, variant);
          const back = rankBiasedOverlap(y, x, p, variant);
          for (const key of ['ext', 'min', 'max', 'res'] as const) {
            if (x.flat().length !== y.flat().length) expect(back[key]).toBe(there[key]);
            else expect(back[key]).toBeCloseTo(there[key], 12);
          }
          expect(there.min).toBeLessThanOrEqual(there.ext + 1e-12);
          if (variant === 'a') expect(there.ext).toBeLessThanOrEqual(there.max + 1e-12);
        }
      }),
    );
  });

  it('is the same in all variants without ties, and within [min, max]', () => {
    fc.assert(
      fc.property(untied, untied, persistence, (x, y, p) => {
        const [w, a, b] = variants.map((variant) => rankBiasedOverlap(x, y, p, variant));
        expect(a?.ext).toBeCloseTo(w?.ext ?? -1, 12);
        expect(b?.ext).toBeCloseTo(w?.ext ?? -1, 12);
        expect(a?.min ?? 1).toBeLessThanOrEqual((a?.ext ?? 0) + 1e-12);
        expect(a?.ext ?? 1).toBeLessThanOrEqual((a?.max ?? 0) + 1e-12);
      }),
    );
  });

  it('is 1 for a ranking against itself in variant b, ties or not', () => {
    fc.assert(
      fc.property(ranking, persistence, (x, p) => {
        expect(rankBiasedOverlap(x, x, p, 'b').ext).toBeCloseTo(1, 12);
      }),
    );
  });

  it('is in variant a the mean over all orders of a tie', () => {
    const y = [['b'], ['a'], ['d'], ['c']];
    const orders = ['abc', 'acb', 'bac', 'bca', 'cab', 'cba'].map((order) =>
      rankBiasedOverlap(
        [...order, 'd'].map((item) => [item]),
        y,
        0.8,
      ),
    );
    const tied = rankBiasedOverlap([['a', 'b', 'c'], ['d']], y, 0.8, 'a');
    const meanOf = (key: 'ext' | 'min') => orders.reduce((sum, rbo) => sum + rbo[key], 0) / 6;
    expect(tied.ext).toBeCloseTo(meanOf('ext'), 12);
    expect(tied.min).toBeCloseTo(meanOf('min'), 12);
  });

  it('looks at rank 1 alone with p = 0, the persistence of k = 1', () => {
    expect(rankBiasedOverlap([['a'], ['b']], [['a'], ['c']], 0)).toEqual({
      ext: 1,
      min: 1,
      max: 1,
      res: 0,
    });
    expect(rankBiasedOverlap([['a']], [['b']], 0).ext).toBe(0);
  });

  it('takes two empty rankings for equal, an empty and a filled one for different', () => {
    expect(rankBiasedOverlap([], [], 0.9).ext).toBe(1);
    expect(rankBiasedOverlap([], [['a']], 0.9).ext).toBe(0);
  });

  it('refuses a persistence outside [0, 1)', () => {
    expect(() => rankBiasedOverlap([['a']], [['a']], 1)).toThrow(RangeError);
    expect(() => rankBiasedOverlap([['a']], [['a']], Number.NaN)).toThrow(RangeError);
  });
});

describe('tie groups', () => {
  it('joins neighbours within ε of the first of their group, and never moves a row', () => {
    expect(tieGroups(['a', 'b', 'c', 'd'], [0.75, 0.625, 0.5, 0.875], 0.125)).toEqual([
      ['a', 'b'],
      ['c'],
      ['d'],
    ]);
  });

  it('drops a repeated key and keeps a row without a score apart', () => {
    expect(tieGroups(['a', 'a', 'b', 'c'], [1, 1, 1], 0)).toEqual([['a', 'b'], ['c']]);
  });
});
