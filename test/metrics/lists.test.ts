import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstDivergentRank } from '../../src/metrics/ranking/first-divergent-rank.ts';
import { footrule } from '../../src/metrics/ranking/footrule.ts';
import { kendallTopK } from '../../src/metrics/ranking/kendall-topk.ts';
import { reciprocalRankAtK } from '../../src/metrics/ranking/mrr.ts';
import { ndcgAtK } from '../../src/metrics/ranking/ndcg.ts';
import { setAgreementAtK } from '../../src/metrics/ranking/set-agreement.ts';
import { top1Agreement } from '../../src/metrics/ranking/top1-agreement.ts';
import { trecTieOrder } from '../../src/metrics/ranking/trec-tie-order.ts';
import { kendallTau } from '../../src/metrics/scores/kendall-tau.ts';
import { compareUtf8 } from '../../src/metrics/utf8-order.ts';

const list = fc.uniqueArray(fc.constantFrom(...'abcdefghij'), { maxLength: 8 });

describe('set agreement', () => {
  it('is symmetric, within [0, 1], and 1 for an answer with itself', () => {
    fc.assert(
      fc.property(list, list, fc.integer({ min: 1, max: 10 }), (a, b, k) => {
        const there = setAgreementAtK(a, b, k);
        expect(setAgreementAtK(b, a, k)).toEqual(there);
        for (const share of [there.overlapK, there.jaccard, there.dice, there.overlapMax]) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
        }
        expect(setAgreementAtK(a, a, k).jaccard).toBe(1);
      }),
    );
  });

  it('is 1 for two empty answers and 0 for one', () => {
    expect(setAgreementAtK([], [], 10)).toMatchObject({ overlapK: 1, jaccard: 1, dice: 1 });
    expect(setAgreementAtK(['a'], [], 10)).toMatchObject({ overlapK: 0, jaccard: 0, dice: 0 });
  });

  it('cuts before it drops duplicates', () => {
    expect(setAgreementAtK(['a', 'a', 'b'], ['a', 'b'], 2)).toMatchObject({
      intersection: 1,
      union: 2,
    });
  });
});

describe('distances of top-k lists (Fagin, Kumar & Sivakumar 2003)', () => {
  it('are symmetric, 0 for a list with itself, and 1 for lists that share nothing', () => {
    fc.assert(
      fc.property(list, list, fc.constantFrom(0, 0.5, 1), (a, b, p) => {
        const kendall = kendallTopK(a, b, p);
        expect(kendallTopK(b, a, p)).toEqual(kendall);
        expect(kendall.normalized).toBeLessThanOrEqual(1);
        const foot = footrule(a, b);
        expect(footrule(b, a)).toEqual(foot);
        expect(foot.normalized).toBeLessThanOrEqual(1);
        expect(kendallTopK(a, a, p).normalized).toBe(0);
        expect(footrule(a, a).normalized).toBe(0);
        const stranger = b.map((key) => `${key}!`);
        if (a.length + b.length > 0) {
          expect(kendallTopK(a, stranger, p).normalized).toBe(1);
          expect(footrule(a, stranger).normalized).toBe(1);
        }
      }),
    );
  });

  it('are bound to each other: K⁽⁰⁾ ≤ F ≤ 2 K⁽¹⁾ for permutations (Diaconis & Graham 1977)', () => {
    const order = [...'abcdef'];
    fc.assert(
      fc.property(fc.shuffledSubarray(order, { minLength: 6 }), (b) => {
        const kendall = kendallTopK(order, b).distance;
        const foot = footrule(order, b).distance;
        expect(kendall).toBeLessThanOrEqual(foot);
        expect(foot).toBeLessThanOrEqual(2 * kendall);
      }),
    );
  });
});

describe('Kendall’s τ', () => {
  it('has no value for a single pair or a constant side', () => {
    expect(kendallTau([1], [2]).tauB).toBeNull();
    expect(kendallTau([], []).tauC).toBeNull();
    expect(kendallTau([1, 1, 1], [1, 2, 3]).tauB).toBeNull();
  });

  it('turns its sign with one side, and is 1 for the same order', () => {
    const values = fc.array(
      fc.tuple(fc.integer({ max: 4, min: 0 }), fc.integer({ max: 4, min: 0 })),
      {
        minLength: 2,
        maxLength: 10,
      },
    );
    fc.assert(
      fc.property(values, (pairs) => {
        const x = pairs.map(([value]) => value);
        const y = pairs.map(([, value]) => value);
        const tau = kendallTau(x, y).tauB;
        const turned = kendallTau(
          x,
          y.map((value) => -value),
        ).tauB;
        expect(turned === null ? null : -turned + 0).toBe(tau === null ? null : tau + 0);
        const self = kendallTau(x, x).tauB;
        if (self !== null) expect(self).toBeCloseTo(1, 12);
      }),
    );
  });
});

describe('nDCG and reciprocal rank', () => {
  const grades = new Map([
    ['a', 2],
    ['b', 1],
    ['c', 0],
  ]);

  it('is 1 for the ideal order and undefined without a positive grade', () => {
    expect(ndcgAtK(['a', 'b', 'c'], grades, 10).ndcg).toBe(1);
    expect(ndcgAtK(['a'], new Map([['a', 0]]), 10).ndcg).toBeNull();
    expect(ndcgAtK(['a'], new Map(), 10).ndcg).toBeNull();
    expect(ndcgAtK(['a'], grades, 0).ndcg).toBeNull();
  });

  it('gains nothing from a repeated document, and never exceeds 1', () => {
    expect(ndcgAtK(['a', 'a'], grades, 2).dcg).toBe(2);
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c', 'd')),
        fc.integer({ min: 1, max: 6 }),
        (run, k) => {
          for (const gain of ['linear', 'exponential'] as const) {
            expect(ndcgAtK(run, grades, k, gain).ndcg ?? 2).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });

  it('is one over the first relevant rank, 0 beyond k, undefined when nothing is relevant', () => {
    expect(reciprocalRankAtK(['x', 'a'], ['a', 'b'], 10)).toBe(0.5);
    expect(reciprocalRankAtK(['x', 'a'], ['a'], 1)).toBe(0);
    expect(reciprocalRankAtK(['x'], [], 10)).toBeNull();
  });
});

describe('orders and first places', () => {
  it('compares strings as their UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
    expect(compareUtf8('w-10', 'w-2')).toBeLessThan(0);
    expect(compareUtf8('\u{1f600}', '\uffee')).toBeGreaterThan(0);
  });

  it('breaks ties as trec_eval does: document id descending', () => {
    expect(
      trecTieOrder([
        ['w-10', 1],
        ['w-2', 1],
        ['a', 2],
      ]),
    ).toEqual(['a', 'w-2', 'w-10']);
  });

  it('finds the first rank that differs, the end of a list included', () => {
    expect(firstDivergentRank(['a', 'b'], ['a', 'b'], 10)).toBeNull();
    expect(firstDivergentRank(['a', 'b'], ['a', 'c'], 10)).toBe(2);
    expect(firstDivergentRank(['a', 'b'], ['a'], 10)).toBe(2);
    expect(firstDivergentRank(['a', 'b'], ['a', 'c'], 1)).toBeNull();
    expect(firstDivergentRank([], [], 10)).toBeNull();
  });

  it('leaves out pairs that are both empty, and counts one empty as a disagreement', () => {
    expect(top1Agreement([null, 'a', 'a'], [null, null, 'a'])).toMatchObject({
      n: 2,
      agree: 1,
      bothEmpty: 1,
      rate: 0.5,
    });
    expect(top1Agreement([], [])).toMatchObject({ rate: null, wilson: null });
  });
});
