import { appearancesOf, censusAppearances } from '../identify/appearances.ts';
import { spread } from '../identify/variants.ts';
import type { FittedMetric, ScoredPair } from '../replay/metric.ts';
import type { Spaces } from '../replay/vectors.ts';
import { fitMetric, nearestMetric } from './fit-metric.ts';
import type { IdentifyInput } from './misfit.ts';

/** Most scores that a metric is fitted to. */
const FITTED = 20_000;
/** Share of the scores from which a metric is not doubted. */
const NEARLY_ALL = 0.98;
/** Residual, relative to the slope, that is float32 noise: scores that are near for another reason miss by more. */
const NOISE = 5e-6;
/** Share of the scores that must fit as well as that where most of them are something else. */
const SOME = 0.25;

/** The metric that gives most of a side's scores for its own vectors; null where none does. */
export function identifyMetric(input: IdentifyInput, spaces: Spaces): FittedMetric | null {
  return fitMetric(scoredPairs(input, spaces));
}

/** Whether a metric needs no other account of the scores that it does not give. */
export function isSure({ share, residual, slope }: FittedMetric): boolean {
  return (share ?? 0) >= NEARLY_ALL || (residual ?? 1) <= NOISE * Math.abs(slope);
}

/** A metric that gives some of the scores to float32 noise, where the others are boosted, say; null where none does. */
export function metricOfSome(input: IdentifyInput, spaces: Spaces): FittedMetric | null {
  const metric = nearestMetric(scoredPairs(input, spaces));
  if (metric === null || (metric.share ?? 0) < SOME) return null;
  return (metric.residual ?? 1) <= NOISE * Math.abs(metric.slope) ? metric : null;
}

function scoredPairs(input: IdentifyInput, spaces: Spaces): ScoredPair[] {
  const seen = { ...input, spaces };
  const scored = [...appearancesOf(seen, input.known), ...censusAppearances(seen)];
  return spread(scored, FITTED).map(({ pair }) => pair);
}
