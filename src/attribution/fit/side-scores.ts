import type { FittedMetric } from '../replay/metric.ts';
import { type Codec, PLAIN } from '../replay/precision.ts';
import { type Appearance, spread } from './appearances.ts';
import { approximation } from './approximate.ts';
import { fitMetric, nearestMetric } from './fit-metric.ts';
import { heldVectors } from './held.ts';
import type { Texts } from './scatter.ts';

/** The codes that a side compares and the metric of its scores; null where nothing gives them. */
export interface SideScores {
  readonly codec: Codec;
  readonly metric: FittedMetric | null;
  /** Whether its queries or documents are embedded otherwise than by its embed route, as far as scores tell. */
  readonly isShifted: boolean;
}

/** Most scores that a metric is fitted to. */
const FITTED = 20_000;
/** Share of the scores from which a metric is not doubted. */
const NEARLY_ALL = 0.98;
/** Residual, relative to the slope, that is float32 noise: scores that are near for another reason miss by more. */
const NOISE = 5e-6;
/** Share of the scores that must fit as well as that where most of them are something else. */
const SOME = 0.25;

/** The metric that gives most of a side's scores for its own vectors as they are; null where none does. */
export function plainMetric(appearances: readonly Appearance[]): FittedMetric | null {
  return fitMetric(spread(appearances, FITTED).map(({ pair }) => pair));
}

/**
 * What gives a side's scores: its vectors as they are, codes of them that are known, codes that are not, or, for some
 * of the scores alone, its vectors again.
 *
 * @param plain what {@link plainMetric} found
 */
export function sideScores(
  side: Texts,
  appearances: readonly Appearance[],
  plain: FittedMetric | null,
): SideScores {
  const held = heldVectors(side, appearances, plain);
  if (held !== null) return { ...held, isShifted: false };
  if (plain !== null && isSure(plain)) return { codec: PLAIN, metric: plain, isShifted: false };
  const { metric: ofCodes, isShifted } = approximation(side, appearances);
  const metric = ofCodes ?? plain ?? metricOfSome(appearances);
  return { codec: PLAIN, metric, isShifted };
}

function isSure({ share, residual, slope }: FittedMetric): boolean {
  return (share ?? 0) >= NEARLY_ALL || (residual ?? 1) <= NOISE * Math.abs(slope);
}

/** A metric that gives some of the scores to float32 noise, where the others are boosted, say. */
function metricOfSome(appearances: readonly Appearance[]): FittedMetric | null {
  const metric = nearestMetric(spread(appearances, FITTED).map(({ pair }) => pair));
  if (metric === null || (metric.share ?? 0) < SOME) return null;
  return (metric.residual ?? 1) <= NOISE * Math.abs(metric.slope) ? metric : null;
}
