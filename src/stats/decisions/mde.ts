import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';

/** Levels of a one-sided paired test. */
export interface TestLevels {
  /** One-sided. */
  readonly alpha?: number;
  readonly power?: number;
}

/**
 * Minimal detectable effect of a one-sided paired test over n needs: (z_{1−α} + z_power) · sd / √n.
 *
 * With the defaults the factor is 2.486. Null where n is 0.
 */
export function minimalDetectableEffect(
  sd: number,
  n: number,
  levels: TestLevels = {},
): number | null {
  return n > 0 ? (quantileSum(levels) * sd) / Math.sqrt(n) : null;
}

/**
 * Needs for which an effect δ is detected: ⌈((z_{1−α} + z_power) · sd / δ)²⌉.
 *
 * Null where δ is not positive.
 */
export function needsForEffect(sd: number, delta: number, levels: TestLevels = {}): number | null {
  return delta > 0 ? Math.ceil(((quantileSum(levels) * sd) / delta) ** 2) : null;
}

function quantileSum({ alpha = 0.05, power = 0.8 }: TestLevels): number {
  return normalQuantile(1 - alpha, 0, 1) + normalQuantile(power, 0, 1);
}
