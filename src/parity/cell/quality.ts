import { ARMS_OF } from '../../record/side-of-arm.ts';
import type { Arm } from '../../record/types.ts';
import { meanBounds } from '../../stats/intervals/bounded-mean-bound.ts';
import { designEffect } from '../../stats/intervals/design-effect.ts';
import type { ClusterFinding, MeanFigure, QualityFinding } from '../findings.ts';
import {
  averageByNeed,
  claimedDifferences,
  differencesByNeed,
  meanOf,
  NOISE_PAIRS,
  pairedDifference,
  type QueryScores,
  SIDE_PAIRS,
  servedMean,
} from './by-need.ts';
import type { MetricScores } from './query-metrics.ts';
import { differencesInOrder } from './sequence.ts';

/**
 * Summarises one metric over needs: both sides, and the paired difference with its bounds.
 *
 * @param order the needs as they were asked, where the run may stop early; null otherwise
 */
export function qualityFinding(
  { metric, scores }: MetricScores,
  order: readonly string[] | null = null,
): QualityFinding {
  const uncredited = scores.map((entry) => ({
    need: entry.need,
    cluster: entry.cluster,
    value: pairedDifference(entry, SIDE_PAIRS, 'uncredited'),
  }));
  const differences = differencesOf(scores);
  const isMissing = differences.answeredDifferences !== null;
  return {
    metric,
    incumbent: sideFigure(scores, ARMS_OF.incumbent),
    candidate: sideFigure(scores, ARMS_OF.candidate),
    answeredIncumbent: answeredMean(scores, ARMS_OF.incumbent),
    answeredCandidate: answeredMean(scores, ARMS_OF.candidate),
    delta: figureByNeed(uncredited, -1),
    ...differences,
    sequence: order === null ? null : differencesInOrder(scores, order, 'served'),
    answeredSequence:
      order === null || !isMissing ? null : differencesInOrder(scores, order, 'level'),
    clusters: clustersOf(uncredited),
  };
}

/** The differences that gates judge. */
export function differencesOf(
  scores: readonly QueryScores[],
): Pick<QualityFinding, 'differences' | 'answeredDifferences' | 'noiseDifferences'> {
  return {
    ...claimedDifferences(scores, SIDE_PAIRS),
    noiseDifferences: differencesByNeed(scores, NOISE_PAIRS, 'noise'),
  };
}

/** How much alike the differences of one cluster are; null where no query names a cluster. */
function clustersOf(
  paired: readonly {
    readonly need: string;
    readonly cluster: string | null;
    readonly value: number | null;
  }[],
): ClusterFinding | null {
  const clusterOf = new Map(
    paired.flatMap(({ need, cluster }) => (cluster === null ? [] : [[need, cluster] as const])),
  );
  if (clusterOf.size === 0) return null;
  const needs = [...Map.groupBy(paired, ({ need }) => need)].flatMap(([need, group]) => {
    const value = meanOf(group.map((entry) => entry.value));
    return value === null ? [] : [{ cluster: clusterOf.get(need) ?? need, value }];
  });
  const { clusters, designEffect: effect } = designEffect(needs);
  return { clusters, designEffect: effect };
}

/** Mean over needs of what some arms were served, with its bounds. */
export function sideFigure(scores: readonly QueryScores[], arms: readonly Arm[]): MeanFigure {
  return figureByNeed(
    scores.map((entry) => ({ need: entry.need, value: servedMean(entry, arms) })),
    0,
  );
}

function answeredMean(scores: readonly QueryScores[], arms: readonly Arm[]): number | null {
  return meanOf(
    averageByNeed(
      scores.map((entry) => ({
        need: entry.need,
        value: servedMean(
          entry,
          arms.filter((arm) => entry.answered[arm] === true),
        ),
      })),
    ),
  );
}

/** Mean over needs and one-sided 95% bounds of values in [floor, 1]; nulls are counted and left out. */
export function figureByNeed(
  values: readonly { readonly need: string; readonly value: number | null }[],
  floor: 0 | -1,
): MeanFigure {
  return figure(averageByNeed(values), floor, values.filter(({ value }) => value === null).length);
}

/** Mean and one-sided 95% bounds of values in [floor, 1]. */
export function figure(
  values: readonly number[],
  floor: 0 | -1,
  undefinedCount: number,
): MeanFigure {
  // A mean of values at the edge may lie one rounding error beyond it.
  const inside = values.map((value) => Math.min(1, Math.max(floor, value)));
  const bounds = values.length === 0 ? null : meanBounds(inside, { floor, ceil: 1 });
  return {
    mean: meanOf(values),
    n: values.length,
    undefinedCount,
    lower: bounds?.lower ?? null,
    upper: bounds?.upper ?? null,
  };
}
