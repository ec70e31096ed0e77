import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoreDrift, scoreDriftOfPairs } from '../../src/metrics/scores/score-drift.ts';
import { summariseVectorParity, vectorParity } from '../../src/metrics/vectors/embedding-parity.ts';
import { exactCosineTopK } from '../../src/metrics/vectors/exact-cosine-topk.ts';

const vector = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 3, maxLength: 3 });

describe('embedding parity', () => {
  it('counts float32 steps across zero, with +0 and −0 none apart', () => {
    const tiny = 2 ** -149;
    expect(vectorParity(Float32Array.of(tiny), Float32Array.of(-tiny)).maxUlp).toBe(2);
    const zeros = vectorParity(Float32Array.of(1, 0), Float32Array.of(1, -0));
    expect(zeros).toMatchObject({ maxUlp: 0, maxAbs: 0, bitEqual: false, cosine: 1 });
  });

  it('has no cosine and no ratio for a zero vector, and counts it', () => {
    const pairs = [
      vectorParity(Float32Array.of(0, 0), Float32Array.of(1, 0)),
      vectorParity(Float32Array.of(3, 4), Float32Array.of(0.6, 0.8)),
    ];
    expect(pairs[0]).toMatchObject({ cosine: null, normRatio: null, zero: true, maxAbs: 1 });
    const summary = summariseVectorParity(pairs);
    expect(summary).toMatchObject({ n: 2, zeroCount: 1, bitEqualCount: 0 });
    expect(summary.cosineMin).toBeCloseTo(1, 12);
    expect(summary.normRatioMax).toBeCloseTo(0.2, 7);
  });

  it('has no figures for values that are not finite, or without pairs', () => {
    const odd = vectorParity(Float32Array.of(Number.NaN), Float32Array.of(1));
    expect(odd).toMatchObject({ cosine: null, maxAbs: null, maxUlp: null, bitEqual: false });
    expect(summariseVectorParity([])).toMatchObject({ cosineMean: null, maxUlp: null });
  });

  it('reads views into a longer buffer, and refuses different dimensions', () => {
    const table = Float32Array.of(9, 1, 2, 9);
    expect(vectorParity(table.subarray(1, 3), Float32Array.of(1, 2)).bitEqual).toBe(true);
    expect(() => vectorParity(Float32Array.of(1), Float32Array.of(1, 2))).toThrow(RangeError);
  });
});

describe('score drift', () => {
  it('matches by document and reads a distance as slope −1', () => {
    const drift = scoreDrift(
      [
        ['a', 0.25],
        ['b', 0.5],
        ['x', 9],
      ],
      [
        ['b', 0.5],
        ['a', 0.75],
      ],
    );
    expect(drift).toMatchObject({ nCommon: 2, maxAbs: 0.5, slope: -1, intercept: 1 });
    expect(drift.pearson).toBeCloseTo(-1, 12);
  });

  it('has no line through a constant side, however its mean rounds', () => {
    expect(scoreDriftOfPairs([0.1, 0.1, 0.1], [1, 2, 3])).toMatchObject({
      pearson: null,
      slope: null,
      intercept: null,
      nCommon: 3,
    });
    const flat = scoreDriftOfPairs([1, 2, 3], [0.1, 0.1, 0.1]);
    expect(flat.pearson).toBeNull();
    expect(flat.slope).toBeCloseTo(0, 12);
    expect(scoreDriftOfPairs([], []).maxAbs).toBeNull();
  });

  it('finds any affine map again', () => {
    const values = fc.uniqueArray(fc.integer({ min: -100, max: 100 }), {
      minLength: 2,
      maxLength: 9,
    });
    fc.assert(
      fc.property(values, fc.integer({ min: -9, max: 9 }), fc.integer(), (x, slope, shift) => {
        const intercept = shift % 100;
        const drift = scoreDriftOfPairs(
          x,
          x.map((value) => slope * value + intercept),
        );
        expect(drift.slope).toBeCloseTo(slope, 9);
        expect(drift.intercept).toBeCloseTo(intercept, 9);
      }),
    );
  });
});

describe('exact cosine top-k', () => {
  it('puts ties in the byte order of their ids and names the whole group at k', () => {
    const ids = ['w-2', 'w-10', 'zero', 'far'];
    const corpus = [
      [1, 1],
      [3, 3],
      [0, 0],
      [1, 0],
    ];
    expect(exactCosineTopK(ids, corpus, [2, 2], 1)).toMatchObject({
      ids: ['w-10'],
      tieIdsAtK: ['w-10', 'w-2'],
      zeroIds: ['zero'],
    });
  });

  it('has no nearest documents for a zero query or k = 0', () => {
    expect(exactCosineTopK(['a'], [[1]], [0], 3)).toMatchObject({ ids: [], tieIdsAtK: [] });
    expect(exactCosineTopK(['a'], [[1]], [1], 0)).toMatchObject({ ids: [], tieIdsAtK: [] });
  });

  it('is a prefix of its own longer list, for any order of the corpus', () => {
    fc.assert(
      fc.property(
        fc.array(vector, { minLength: 1, maxLength: 9 }),
        vector,
        fc.nat(9),
        (rows, query, k) => {
          const ids = rows.map((_, at) => `d${at}`);
          const all = exactCosineTopK(ids, rows, query, rows.length);
          expect(exactCosineTopK(ids, rows, query, k).ids).toEqual(all.ids.slice(0, k));
          const turned = exactCosineTopK(ids.toReversed(), rows.toReversed(), query, rows.length);
          expect(turned.ids).toEqual(all.ids);
        },
      ),
    );
  });
});
