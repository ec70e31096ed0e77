import type { GateResult } from '../gate/verdict.ts';

/** A gate in units of its margin: a loss of the candidate is below zero, one as large as the margin is −1. */
export interface ScaledInterval {
  readonly mean: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** A gate on the common axis of all gates; null where it has no place on that axis. */
export function scaledGate({
  kind,
  mean,
  lower,
  upper,
  margin,
}: Pick<GateResult, 'kind' | 'mean' | 'lower' | 'upper' | 'margin'>): ScaledInterval | null {
  if (mean === null || margin === null || margin === 0) return null;
  if (kind.type === 'scores' || kind.type === 'membership') return null;
  if (kind.type === 'floor') {
    // Held against a least value: what is below it is lost.
    const gap = (value: number | null) => (value === null ? null : (value - margin) / margin - 1);
    return { mean: gap(mean), lower: gap(lower), upper: gap(upper) };
  }
  // More of these is worse.
  const isCost = kind.type === 'latency' || kind.type === 'contract ceiling';
  const unit = (value: number | null) =>
    value === null ? null : (isCost ? -value : value) / margin;
  return {
    mean: unit(mean),
    lower: unit(isCost ? upper : lower),
    upper: unit(isCost ? lower : upper),
  };
}
