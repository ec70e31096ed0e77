import * as z from 'zod';
import {
  exactTies,
  expectedNdcgAtK,
  expectedReciprocalRankAtK,
} from '../../src/metrics/ranking/expected-over-ties.ts';
import { footrule } from '../../src/metrics/ranking/footrule.ts';
import { kendallTopK } from '../../src/metrics/ranking/kendall-topk.ts';
import { reciprocalRankAtK } from '../../src/metrics/ranking/mrr.ts';
import { ndcgAtK } from '../../src/metrics/ranking/ndcg.ts';
import { rankBiasedOverlap } from '../../src/metrics/ranking/rbo.ts';
import { recallAtK } from '../../src/metrics/ranking/recall.ts';
import { setAgreementAtK } from '../../src/metrics/ranking/set-agreement.ts';
import {
  thresholdRecallAtK,
  tieAwareRecallAtK,
} from '../../src/metrics/ranking/tie-aware-recall.ts';
import { top1Agreement } from '../../src/metrics/ranking/top1-agreement.ts';
import { trecTieOrder } from '../../src/metrics/ranking/trec-tie-order.ts';
import { adapter, caseId, numbers, type SuiteAdapter } from './adapter.ts';
import { pair } from './interval-suites.ts';

const grades = z.record(z.string(), z.number());
const k = z.number().int().nonnegative();
const keys = z.array(caseId);
const groups = z.array(keys);
const tiedAnswer = z.looseObject({
  truth_scores: numbers,
  got: keys,
  exact_scores: grades,
  k,
  eps: z.number().nonnegative().default(1e-6),
});

/** Suites on ranked lists. */
export const rankingSuites: Readonly<Record<string, SuiteAdapter>> = {
  recall_at_k: adapter(
    z.looseObject({ truth: z.array(caseId.nullable()), got: keys, k }),
    (input) => ({ ...recallAtK(input.truth, input.got, input.k) }),
  ),

  recall_at_k_tie_aware: adapter(tiedAnswer, (input) => {
    const exactScore = scoreOf(input.exact_scores);
    const result = thresholdRecallAtK(
      input.got,
      input.k,
      input.truth_scores,
      exactScore,
      input.eps,
    );
    const { threshold, denom } = result;
    // What ann-benchmarks prints: every row counts, repeated or not.
    const rows = input.got
      .slice(0, input.k)
      .filter((id) => (exactScore(id) ?? Number.NEGATIVE_INFINITY) >= (threshold ?? 0));
    return {
      ...result,
      contrast_ann_benchmarks: denom === 0 ? null : rows.length / denom,
    };
  }),

  recall_at_k_tie_aware_strict: adapter(tiedAnswer, (input) => ({
    ...tieAwareRecallAtK(
      input.got,
      input.k,
      input.truth_scores,
      scoreOf(input.exact_scores),
      input.eps,
    ),
  })),

  set_agreement_at_k: adapter(z.looseObject({ a: keys, b: keys, k }), (input) => {
    const { overlapK, overlapMax, overlapMin, ...rest } = setAgreementAtK(
      input.a,
      input.b,
      input.k,
    );
    return { ...rest, overlap_k: overlapK, overlap_max: overlapMax, overlap_min: overlapMin };
  }),

  rbo: adapter(
    z.looseObject({ x: z.array(keys), y: z.array(keys), p: z.number() }),
    ({ x, y, p }) => ({
      w: { ...rankBiasedOverlap(x, y, p, 'w') },
      a: { ...rankBiasedOverlap(x, y, p, 'a') },
      b: { ...rankBiasedOverlap(x, y, p, 'b') },
    }),
  ),

  kendall_topk: adapter(
    z.looseObject({ a: keys, b: keys, p: z.number().default(0) }),
    ({ a, b, p }) => {
      const { distance, maximum, normalized } = kendallTopK(a, b, p);
      return { K: distance, K_max: maximum, normalized };
    },
  ),

  footrule_location: adapter(
    z.looseObject({ a: keys, b: keys, l: z.number().nullish() }),
    ({ a, b, l }) => {
      const { distance, maximum, normalized } = footrule(a, b, l ?? undefined);
      return { F: distance, F_max: maximum, normalized };
    },
  ),

  ndcg_at_k: adapter(z.looseObject({ run: keys, grades, k }), (input) => {
    const graded = new Map(Object.entries(input.grades));
    const run = input.run.map(String);
    const linear = ndcgAtK(run, graded, input.k, 'linear');
    const exponential = ndcgAtK(run, graded, input.k, 'exponential');
    return {
      ...linear,
      dcg_exp: exponential.dcg,
      idcg_exp: exponential.idcg,
      ndcg_exp: exponential.ndcg,
    };
  }),

  mrr_at_k: adapter(z.looseObject({ run: keys, relevant: keys, k }), (input) => ({
    rr: reciprocalRankAtK(input.run, input.relevant, input.k),
  })),

  expected_ndcg_at_k: adapter(z.looseObject({ run: keys, grades, groups, k }), (input) => {
    const graded = new Map<string | number, number>(Object.entries(input.grades));
    const ties = exactTies(input.groups);
    const { ndcg } = expectedNdcgAtK(input.run, graded, input.k, ties);
    return {
      ndcg,
      ndcg_exp: expectedNdcgAtK(input.run, graded, input.k, ties, 'exponential').ndcg,
    };
  }),

  expected_mrr_at_k: adapter(z.looseObject({ run: keys, relevant: keys, groups, k }), (input) => ({
    rr: expectedReciprocalRankAtK(input.run, input.relevant, input.k, exactTies(input.groups)),
  })),

  trec_tie_order: adapter(
    z.looseObject({ run: z.array(z.tuple([z.string(), z.number()])), grades, k }),
    (input) => {
      const order = trecTieOrder(input.run);
      return { order, ndcg: ndcgAtK(order, new Map(Object.entries(input.grades)), input.k).ndcg };
    },
  ),

  top1_agreement: adapter(
    z.looseObject({ a: z.array(caseId.nullable()), b: z.array(caseId.nullable()) }),
    ({ a, b }) => {
      const { bothEmpty, wilson, clopperPearson, ...rest } = top1Agreement(a, b);
      return {
        ...rest,
        n_both_empty: bothEmpty,
        wilson95: pair(wilson),
        clopper_pearson95: pair(clopperPearson),
      };
    },
  ),
};

function scoreOf(scores: Readonly<Record<string, number>>): (id: string | number) => number | null {
  const exact = new Map(Object.entries(scores));
  return (id) => exact.get(String(id)) ?? null;
}
