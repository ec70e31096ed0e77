import * as z from 'zod';
import { kendallTau } from '../../src/metrics/scores/kendall-tau.ts';
import { scoreDrift } from '../../src/metrics/scores/score-drift.ts';
import { summariseVectorParity, vectorParity } from '../../src/metrics/vectors/embedding-parity.ts';
import { exactCosineTopK } from '../../src/metrics/vectors/exact-cosine-topk.ts';
import { adapter, caseId, numbers, type SuiteAdapter } from './adapter.ts';

const scored = z.array(z.tuple([caseId, z.number()]));

/** A vector as the bits of its components: eight hex digits each, big-endian. */
const bits = z.array(z.string().regex(/^[0-9a-f]{8}$/i));

/** Suites on scores and on vectors. */
export const vectorSuites: Readonly<Record<string, SuiteAdapter>> = {
  kendall_tau_scores: adapter(z.looseObject({ x: numbers, y: numbers }), ({ x, y }) => {
    const { tiesX, tiesY, tiesBoth, tauB, tauC, ...rest } = kendallTau(x, y);
    return { ...rest, ties_x: tiesX, ties_y: tiesY, ties_xy: tiesBoth, tau_b: tauB, tau_c: tauC };
  }),

  score_drift: adapter(z.looseObject({ a: scored, b: scored }), ({ a, b }) => {
    const { nCommon, maxAbs, meanAbs, meanSigned, ...rest } = scoreDrift(a, b);
    return {
      ...rest,
      n_common: nCommon,
      max_abs: maxAbs,
      mean_abs: meanAbs,
      mean_signed: meanSigned,
    };
  }),

  embedding_parity: adapter(z.looseObject({ a: z.array(bits), b: z.array(bits) }), ({ a, b }) => {
    const pairs = a.map((row, at) => vectorParity(floats(row), floats(b[at] ?? [])));
    const summary = summariseVectorParity(pairs);
    return {
      cos: pairs.map((pair) => pair.cosine),
      cos_min: summary.cosineMin,
      cos_mean: summary.cosineMean,
      norm_ratio_min: summary.normRatioMin,
      norm_ratio_max: summary.normRatioMax,
      max_abs: summary.maxAbs,
      max_ulp: summary.maxUlp,
      bit_equal: pairs.map((pair) => pair.bitEqual),
      bit_equal_count: summary.bitEqualCount,
      n_zero: summary.zeroCount,
    };
  }),

  exact_cosine_topk: adapter(
    z.looseObject({
      ids: z.array(z.string()),
      corpus: z.array(numbers),
      query: numbers,
      k: z.number().int().nonnegative(),
    }),
    (input) => {
      const { ids, scores, tieIdsAtK, zeroIds } = exactCosineTopK(
        input.ids,
        input.corpus,
        input.query,
        input.k,
      );
      return { ids, scores, tie_ids_at_k: tieIdsAtK, zero_ids: zeroIds };
    },
  ),
};

function floats(row: readonly string[]): Float32Array {
  const view = new DataView(new ArrayBuffer(4 * row.length));
  for (const [at, digits] of row.entries())
    view.setUint32(4 * at, Number.parseInt(digits, 16), true);
  return new Float32Array(view.buffer);
}
