import * as z from 'zod';
import { baselineBounds } from '../../src/stats/intervals/baseline-bounds.ts';
import { bcaFromReplicates } from '../../src/stats/intervals/bca.ts';
import {
  type BinomialInterval,
  clopperPearsonInterval,
  wilsonInterval,
} from '../../src/stats/intervals/binomial-interval.ts';
import { meanBounds } from '../../src/stats/intervals/bounded-mean-bound.ts';
import { pairedLogRatio } from '../../src/stats/intervals/paired-log-ratio.ts';
import {
  harrellDavis,
  maritzJarrettError,
  orderStatisticInterval,
  quantileType7,
} from '../../src/stats/quantiles.ts';
import { adapter, numbers, type SuiteAdapter } from './adapter.ts';

const confidence = z.number().gt(0).lt(1).default(0.95);
const count = z.number().int().nonnegative();

/** Suites on intervals, bounds and quantiles. */
export const intervalSuites: Readonly<Record<string, SuiteAdapter>> = {
  binomial_interval: adapter(
    z.looseObject({ k: count, n: count, conf: confidence }),
    ({ k, n, conf }) => ({
      wilson: pair(wilsonInterval(k, n, conf)),
      clopper_pearson: pair(clopperPearsonInterval(k, n, conf)),
    }),
  ),

  quantiles: adapter(
    z.looseObject({ x: numbers, q: z.number().min(0).max(1), conf: confidence }),
    ({ x, q, conf }) => {
      const estimate = harrellDavis(x, q);
      const interval = orderStatisticInterval(x, q, conf);
      return {
        type7: quantileType7(x, q),
        hd: estimate.value,
        hd_se: estimate.standardError,
        mj_se: maritzJarrettError(x, q),
        order_ci_ranks: [interval.lowerRank, interval.upperRank],
        order_ci: [interval.lower, interval.upper],
        order_ci_coverage: interval.coverage,
      };
    },
  ),

  bca_from_replicates: adapter(
    z.looseObject({ data: numbers, replicates: numbers, conf: confidence }),
    ({ data, replicates, conf }) => {
      const interval = bcaFromReplicates(data, replicates, conf);
      return {
        theta: interval.theta,
        z0: interval.z0,
        a: interval.acceleration,
        alpha1: interval.alphaLower,
        alpha2: interval.alphaUpper,
        lo: interval.lower,
        hi: interval.upper,
      };
    },
  ),

  bounded_mean_bound: adapter(
    z.looseObject({
      x: numbers,
      floor: z.number().default(-1),
      ceil: z.number().default(1),
      alpha: z.number().gt(0).lt(1).default(0.05),
    }),
    ({ x, floor, ceil, alpha }) => ({ ...meanBounds(x, { floor, ceil, alpha }) }),
  ),

  paired_log_ratio: adapter(
    z.looseObject({ old: numbers, new: numbers, conf: confidence }),
    (input) => {
      const { ratio, ci, lowerOneSided, upperOneSided } = pairedLogRatio(
        input.old,
        input.new,
        input.conf,
      );
      return { ratio, ci, lower_one_sided: lowerOneSided, upper_one_sided: upperOneSided };
    },
  ),

  baseline_bounds: adapter(
    z.looseObject({
      history: numbers,
      boundary: z.number(),
      mad_c: z.number(),
      iqr_f: z.number(),
    }),
    (input) => ({
      ...baselineBounds(input.history, {
        boundary: input.boundary,
        madFactor: input.mad_c,
        iqrFactor: input.iqr_f,
      }),
    }),
  ),
};

/** An interval as the vectors write it: [lower, upper] or null. */
export function pair(interval: BinomialInterval | null): readonly [number, number] | null {
  return interval === null ? null : [interval.lower, interval.upper];
}
