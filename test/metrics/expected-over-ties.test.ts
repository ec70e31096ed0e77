import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  exactTies,
  expectedNdcgAtK,
  expectedReciprocalRankAtK,
} from '../../src/metrics/ranking/expected-over-ties.ts';
import { reciprocalRankAtK } from '../../src/metrics/ranking/mrr.ts';
import { ndcgAtK } from '../../src/metrics/ranking/ndcg.ts';

const NONE = exactTies<string>([]);

/** All orders of some keys. */
function permutations(keys: readonly string[]): string[][] {
  if (keys.length === 0) return [[]];
  return keys.flatMap((first, at) =>
    permutations(keys.toSpliced(at, 1)).map((rest) => [first, ...rest]),
  );
}

/** All ways to exchange the documents of each group for one another. */
function exchanges(groups: readonly (readonly string[])[]): Map<string, string>[] {
  return groups.reduce<Map<string, string>[]>(
    (sofar, group) =>
      sofar.flatMap((before) =>
        permutations(group).map(
          (order) =>
            new Map([...before, ...group.map((key, at) => [key, order[at] ?? ''] as const)]),
        ),
      ),
    [new Map()],
  );
}

/** The mean of a strict metric over all those answers. */
function enumerated(
  run: readonly string[],
  groups: readonly (readonly string[])[],
  strict: (answer: readonly string[]) => number | null,
): number | null {
  const values = exchanges(groups).map((exchange) =>
    strict(run.map((key) => exchange.get(key) ?? key)),
  );
  if (values.includes(null)) return null;
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0) / values.length;
}

const KEYS = [...'abcdefgh'];

/** Keys shuffled and cut into groups of at most four. */
const grouping = fc
  .tuple(
    fc.shuffledSubarray(KEYS, { minLength: KEYS.length }),
    fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 8, maxLength: 8 }),
  )
  .map(([keys, sizes]) => {
    const groups: string[][] = [];
    let at = 0;
    for (const size of sizes) {
      if (at >= keys.length) break;
      groups.push(keys.slice(at, at + size));
      at += size;
    }
    return groups;
  });
const answer = fc.array(fc.constantFrom(...KEYS, 'x', 'y'), { maxLength: 7 });
const graded = fc
  .array(fc.integer({ min: -1, max: 3 }), { minLength: 8, maxLength: 8 })
  .map((grades) => new Map(grades.map((grade, at) => [KEYS[at] ?? '', grade])));
const depth = fc.integer({ min: 1, max: 8 });

describe('nDCG and reciprocal rank expected over exact ties (McSherry & Najork 2008)', () => {
  it('are the mean of the strict nDCG over every exchange of tied documents', () => {
    fc.assert(
      fc.property(answer, graded, grouping, depth, (run, grades, groups, k) => {
        for (const gain of ['linear', 'exponential'] as const) {
          const { ndcg } = expectedNdcgAtK(run, grades, k, exactTies(groups), gain);
          const mean = enumerated(run, groups, (one) => ndcgAtK(one, grades, k, gain).ndcg);
          if (mean === null) expect(ndcg).toBeNull();
          else expect(ndcg).toBeCloseTo(mean, 12);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('are the mean of the strict reciprocal rank over every exchange of tied documents', () => {
    fc.assert(
      fc.property(answer, fc.subarray(KEYS), grouping, depth, (run, relevant, groups, k) => {
        const expected = expectedReciprocalRankAtK(run, relevant, k, exactTies(groups));
        const mean = enumerated(run, groups, (one) => reciprocalRankAtK(one, relevant, k));
        if (mean === null) expect(expected).toBeNull();
        else expect(expected).toBeCloseTo(mean, 12);
      }),
      { numRuns: 60 },
    );
  });

  it('are the strict metrics where nothing is tied', () => {
    fc.assert(
      fc.property(answer, graded, fc.subarray(KEYS), depth, (run, grades, relevant, k) => {
        expect(expectedNdcgAtK(run, grades, k, NONE)).toEqual(ndcgAtK(run, grades, k));
        expect(expectedReciprocalRankAtK(run, relevant, k, NONE)).toBe(
          reciprocalRankAtK(run, relevant, k),
        );
      }),
    );
  });

  it('give twins in another order one value, and also twins of which one is cut off', () => {
    const ties = exactTies([
      ['a1', 'a2'],
      ['b1', 'b2'],
    ]);
    const grades = new Map([
      ['a2', 1],
      ['b2', 1],
    ]);
    const one = expectedNdcgAtK(['a1', 'a2', 'b1'], grades, 3, ties).ndcg;
    expect(expectedNdcgAtK(['a2', 'a1', 'b2'], grades, 3, ties).ndcg).toBe(one);
    expect(ndcgAtK(['a1', 'a2', 'b1'], grades, 3).ndcg).not.toBe(
      ndcgAtK(['a2', 'a1', 'b2'], grades, 3).ndcg,
    );
    expect(expectedReciprocalRankAtK(['a1', 'a2'], ['a2'], 3, ties)).toBe(0.75);
    expect(expectedReciprocalRankAtK(['a2', 'a1'], ['a2'], 3, ties)).toBe(0.75);
  });

  it('keep the loss of a twin that is gone', () => {
    const ties = exactTies([['a1', 'a2']]);
    const grades = new Map([['a2', 1]]);
    const whole = expectedNdcgAtK(['a1', 'a2', 'c'], grades, 3, ties).ndcg ?? 0;
    const lost = expectedNdcgAtK(['a1', 'c', 'd'], grades, 3, ties).ndcg ?? 1;
    expect(whole - lost).toBeCloseTo(0.5 / Math.log2(3), 12);
  });
});
