import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';
import {
  dirichletMeanCdf,
  mirrored,
  type WeightedPoint,
  withOneMore,
} from '../intervals/dirichlet-mean.ts';
import { ALPHA } from './spent-alpha.ts';

/** A gate before anything is asked, and a law by which some needs lose the same amount and the others nothing. */
export interface GateDesign {
  readonly needs: number;
  readonly margin: number;
  /** What a need loses that loses anything, in (0, 1]. */
  readonly size: number;
  /** One-sided level of a pass; default .05. */
  readonly alpha?: number;
  /** Level of a fail, smaller where it has to hold beside other gates; default `alpha`. */
  readonly failAlpha?: number;
}

/** Chances of each answer of a gate. */
export interface AnswerOdds {
  readonly pass: number;
  readonly fail: number;
}

/** What a gate of a size can show. */
export interface GatePower {
  /** Chance of a pass where nothing is lost: 1, or 0 where the needs are too few. */
  readonly passWithoutLoss: number;
  /** Largest true loss, as a mean over needs, that passes with the power; null where not even none does. */
  readonly lossThatPasses: number | null;
  /** Smallest true loss that fails with the power; null where not even the loss of every need does. */
  readonly lossThatFails: number | null;
}

const POWER = 0.8;
const STEPS = 50;

/**
 * Chances of the answers where each need loses `size` with probability `rate`: exact, since the number of losers is
 * binomial and the bounds of a gate rise with it.
 */
export function answerOdds(design: GateDesign, rate: number): AnswerOdds {
  const { needs } = design;
  const { passes, fails } = decisiveCounts(design);
  return {
    pass: passes < 0 ? 0 : binomialCdf(passes, needs, rate),
    fail: fails > needs ? 0 : 1 - (fails === 0 ? 0 : binomialCdf(fails - 1, needs, rate)),
  };
}

/** The losses that a gate passes and fails with 80% power. */
export function gatePower(design: GateDesign, power = POWER): GatePower {
  const { needs, size } = design;
  const { passes, fails } = decisiveCounts(design);
  const passing = (rate: number) => passes >= 0 && binomialCdf(passes, needs, rate) >= power;
  const failing = (rate: number) =>
    fails <= needs && (fails === 0 || 1 - binomialCdf(fails - 1, needs, rate) >= power);
  return {
    passWithoutLoss: passes < 0 ? 0 : 1,
    lossThatPasses: passing(0) ? size * edge(passing) : null,
    lossThatFails: failing(1) ? size * edge((rate) => !failing(rate)) : null,
  };
}

/** Greatest number of losers that passes (−1: none), and least that fails (needs + 1: none). */
function decisiveCounts({ needs, margin, size, alpha = ALPHA, failAlpha = alpha }: GateDesign): {
  readonly passes: number;
  readonly fails: number;
} {
  const points = (losers: number): WeightedPoint[] =>
    [
      { value: -size, weight: losers },
      { value: 0, weight: needs - losers },
    ].filter(({ weight }) => weight > 0);
  const isPass = (losers: number) =>
    dirichletMeanCdf(withOneMore(points(losers), -1), -margin) < alpha;
  const isFail = (losers: number) =>
    dirichletMeanCdf(withOneMore(mirrored(points(losers)), -1), margin) <= failAlpha;
  const limit = Math.min(needs, Math.ceil((margin * needs) / size));
  return {
    passes: lastWhere(isPass, 0, limit),
    fails: 1 + lastWhere((losers) => !isFail(losers), Math.max(0, limit - 1), needs),
  };
}

/** The last whole number of a range for which something holds that holds up to a point; one less than it for none. */
function lastWhere(holds: (count: number) => boolean, from: number, to: number): number {
  if (from > to || !holds(from)) return from - 1;
  let low = from;
  let high = to + 1;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** The rate in [0, 1] up to which something holds. */
function edge(holds: (rate: number) => boolean): number {
  if (holds(1)) return 1;
  let low = 0;
  let high = 1;
  for (let step = 0; step < STEPS; step++) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
