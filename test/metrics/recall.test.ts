import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recallAtK } from '../../src/metrics/ranking/recall.ts';
import {
  thresholdRecallAtK,
  tieAwareRecallAtK,
} from '../../src/metrics/ranking/tie-aware-recall.ts';

/** Scores of documents d0, d1 … with plenty of ties, as their descending list and a lookup. */
const world = fc
  .array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 12 })
  .map((levels) => {
    const scores = new Map(levels.map((level, at) => [`d${at}`, level / 4]));
    return {
      scores,
      truth: Float64Array.from(scores.values()).sort().reverse(),
      exact: (key: string) => scores.get(key) ?? null,
    };
  });

const answerTo = world.chain((given) =>
  fc.record({
    given: fc.constant(given),
    got: fc.array(fc.constantFrom(...given.scores.keys(), 'not-allowed'), { maxLength: 12 }),
    k: fc.integer({ min: 1, max: 12 }),
  }),
);

describe('recall@k by identity', () => {
  it('strips null and −1 padding, and has no value without truth', () => {
    expect(recallAtK(['a', null, -1], ['b', 'a'], 5)).toMatchObject({ recall: 1, denom: 1 });
    expect(recallAtK([null], ['a'], 5).recall).toBeNull();
    expect(recallAtK(['a'], ['a'], 0).recall).toBeNull();
  });

  it('lets a duplicate use up a slot', () => {
    expect(recallAtK(['a', 'b'], ['a', 'a', 'b'], 2)).toEqual({
      recall: 0.5,
      hits: 1,
      denom: 2,
      duplicates: 1,
      short: false,
    });
  });
});

describe('tie-aware recall@k', () => {
  const scores: Record<string, number> = { a: 0.9, b: 0.8, c: 0.5, d: 0.5, e: 0.5, f: 0.1 };
  const truth = Float64Array.of(0.9, 0.8, 0.5, 0.5, 0.5, 0.1);
  const exact = (key: string) => scores[key] ?? null;

  it('takes any of the documents tied at the cut', () => {
    expect(tieAwareRecallAtK(['a', 'b', 'e'], 3, truth, exact).recall).toBe(1);
    expect(tieAwareRecallAtK(['a', 'b', 'f'], 3, truth, exact).recall).toBeCloseTo(2 / 3, 15);
  });

  it('gives no credit for tied documents in place of strictly nearer ones, as the threshold form does', () => {
    expect(tieAwareRecallAtK(['c', 'd', 'e'], 3, truth, exact).recall).toBeCloseTo(1 / 3, 15);
    expect(thresholdRecallAtK(['c', 'd', 'e'], 3, truth, exact).recall).toBe(1);
  });

  it('has no value without truth or at k = 0', () => {
    expect(tieAwareRecallAtK(['a'], 3, [], exact).recall).toBeNull();
    expect(tieAwareRecallAtK(['a'], 0, truth, exact).recall).toBeNull();
  });

  it('lies between recall by identity and the threshold form', () => {
    fc.assert(
      fc.property(answerTo, ({ given, got, k }) => {
        const ids = [...given.scores].sort(([, a], [, b]) => b - a).map(([id]) => id);
        const strict = recallAtK(ids, got, k).recall ?? 0;
        const aware = tieAwareRecallAtK(got, k, given.truth, given.exact).recall ?? 0;
        const loose = thresholdRecallAtK(got, k, given.truth, given.exact).recall ?? 0;
        expect(aware).toBeGreaterThanOrEqual(strict);
        expect(aware).toBeLessThanOrEqual(Math.min(1, loose));
      }),
    );
  });

  it('is 1 only if every strictly nearer document came back', () => {
    fc.assert(
      fc.property(answerTo, ({ given, got, k }) => {
        const result = tieAwareRecallAtK(got, k, given.truth, given.exact);
        if (result.recall === 1) expect(result.nearerHits).toBe(result.nearer);
        const boundary = result.boundary ?? 0;
        const nearer = [...given.scores].filter(([, score]) => score > boundary + 1e-6);
        expect(result.nearer).toBe(nearer.length);
      }),
    );
  });

  it('never rises when a strictly nearer document is swapped for a tied one', () => {
    fc.assert(
      fc.property(answerTo, fc.nat(), ({ given, got, k }, pick) => {
        const unique = [...new Set(got)];
        const before = tieAwareRecallAtK(unique, k, given.truth, given.exact);
        const boundary = before.boundary ?? 0;
        const at = unique.slice(0, k).findIndex((key) => (given.exact(key) ?? 0) > boundary + 1e-6);
        const tied = [...given.scores.keys()].filter((key) => given.exact(key) === boundary);
        if (at === -1) return;
        const swapped = unique.with(at, tied[pick % tied.length] ?? '');
        const after = tieAwareRecallAtK(swapped, k, given.truth, given.exact);
        expect(after.recall ?? 0).toBeLessThanOrEqual(before.recall ?? 0);
        expect(after.nearerHits).toBe(before.nearerHits - 1);
        expect(after.recall).toBeLessThan(1);
      }),
    );
  });
});
