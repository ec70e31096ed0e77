/** The three answers of a gate. */
export type GateState = 'pass' | 'fail' | 'inconclusive';

/** What bounds on a difference say about a margin. */
export interface GateDecision {
  readonly state: GateState;
  /** The difference is certainly below zero, whether or not within the margin. */
  readonly regressed: boolean;
  readonly improved: boolean;
  /** The difference is certainly within the margin on both sides. */
  readonly parity: boolean;
}

/**
 * Judges bounds on Δ = candidate − incumbent (higher is better) against a margin δ > 0: pass if
 * lower > −δ, fail if upper ≤ −δ, else inconclusive.
 *
 * Bounds that could not be computed (null) decide nothing.
 */
export function gateDecision(
  lower: number | null,
  upper: number | null,
  margin: number,
): GateDecision {
  if (lower === null || upper === null) {
    return { state: 'inconclusive', regressed: false, improved: false, parity: false };
  }
  const passes = lower > -margin;
  return {
    state: passes ? 'pass' : upper <= -margin ? 'fail' : 'inconclusive',
    regressed: upper < 0,
    improved: lower > 0,
    parity: passes && upper < margin,
  };
}
