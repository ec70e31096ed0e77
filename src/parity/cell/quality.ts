import type { Arm } from '../../record/types.ts';
import { meanBounds } from '../../stats/intervals/bounded-mean-bound.ts';
import type { MeanFigure, QualityFinding } from '../findings.ts';
import {
  averageByNeed,
  meanOf,
  pairedDifference,
  type QueryScores,
  servedMean,
} from './by-need.ts';
import type { MetricScores } from './query-metrics.ts';
import { differencesInOrder } from './sequence.ts';

const INCUMBENT: readonly Arm[] = ['A', 'A2'];
const CANDIDATE: readonly Arm[] = ['B', 'B2'];

/**
 * Summarises one metric over needs: both sides, and the paired difference with its bounds.
 *
 * @param order the needs as they were asked, where the run may stop early; null otherwise
 */
export function qualityFinding(
  { metric, scores }: MetricScores,
  order: readonly string[] | null = null,
): QualityFinding {
  const paired = scores.map((entry) => ({
    need: entry.need,
    value: pairedDifference(entry, INCUMBENT, CANDIDATE),
  }));
  const noise = scores.map((entry) => ({
    need: entry.need,
    value: pairedDifference(entry, ['A'], ['A2']),
  }));
  const differences = averageByNeed(paired);
  const undefinedCount = paired.filter((entry) => entry.value === null).length;
  return {
    metric,
    incumbent: sideFigure(scores, INCUMBENT),
    candidate: sideFigure(scores, CANDIDATE),
    answeredIncumbent: answeredMean(scores, INCUMBENT),
    answeredCandidate: answeredMean(scores, CANDIDATE),
    delta: figure(differences, -1, undefinedCount),
    differences,
    noiseDifferences: averageByNeed(noise),
    sequence: order === null ? null : differencesInOrder(scores, order),
  };
}

function sideFigure(scores: readonly QueryScores[], arms: readonly Arm[]): MeanFigure {
  const values = scores.map((entry) => ({ need: entry.need, value: servedMean(entry, arms) }));
  return figure(averageByNeed(values), 0, values.filter((entry) => entry.value === null).length);
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
