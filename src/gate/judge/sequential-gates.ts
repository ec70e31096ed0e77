import { counted } from '../../counted.ts';
import { minimalDetectableEffect } from '../../stats/decisions/mde.ts';
import { type SequentialGate, sequentialGate } from '../../stats/decisions/sequential-gate.ts';
import { ALPHA } from '../../stats/decisions/spent-alpha.ts';
import { bettingMeanBounds } from '../../stats/intervals/betting-bounds.ts';
import { mean, sampleSd } from '../../stats/moments.ts';
import type { GateResult, JudgedClaim } from '../verdict.ts';

/** Projections beyond this many needs are no plan. */
const MOST_NEEDS = 200_000;
/** Largest share of the capital one need may cost. */
const TRUNCATION = 0.9;
/**
 * A failure has to stand beside all gates of a run: α over 16 of them, as many as two operations have with room
 * for a few slices. A run that stops early cannot know how small Holm's adjustment would have left it.
 */
const GATES_OF_A_RUN = 16;

/** The gate that a run in sequence is stopped and judged by. */
export function gateInSequence(margin: number, alpha = ALPHA): SequentialGate {
  return sequentialGate(margin, {
    alpha,
    failAlpha: alpha / GATES_OF_A_RUN,
    truncation: TRUNCATION,
  });
}

/**
 * Judges paired differences of needs in the order in which they were asked, by betting: the answer and its
 * bounds hold although the run stopped because of them.
 */
export function judgeSequence(
  differences: readonly number[],
  margin: number,
  alpha = ALPHA,
): JudgedClaim {
  const inside = differences.map((value) => Math.min(1, Math.max(-1, value)));
  const gate = gateInSequence(margin, alpha);
  for (const difference of inside) {
    if (gate.add(difference) !== 'inconclusive') break;
  }
  const state = gate.state();
  const n = gate.seen();
  const taken = inside.slice(0, n);
  const bounds = n === 0 ? null : differenceBounds(taken, alpha);
  const decidesAt = state === 'inconclusive' ? needsInSequence(inside, margin, alpha) : null;
  return {
    unit: 'needs',
    n,
    margin,
    mean: mean(taken),
    lower: bounds?.lower ?? null,
    upper: bounds?.upper ?? null,
    state,
    regressed: (bounds?.upper ?? 0) < 0,
    parity: state === 'pass' && (bounds?.upper ?? 1) < margin,
    minimalDetectableEffect: minimalDetectableEffect(sampleSd(taken) ?? 0, n),
    decidesAt,
    // Ville: the capital reaches 1/α with probability at most α where the null holds.
    p: state === 'fail' ? Math.min(1, (alpha / GATES_OF_A_RUN) ** gate.progress().fail) : null,
    pHolm: null,
    gated: true,
    reason: reasonOf(state, n, margin, decidesAt),
  };
}

/** Bounds of the mean difference that hold at any time, at the level and truncation of the gate. */
function differenceBounds(
  differences: readonly number[],
  alpha: number,
): { lower: number; upper: number } {
  const { lower, upper } = bettingMeanBounds(
    differences.map((value) => (value + 1) / 2),
    { alpha, truncation: TRUNCATION },
  );
  return { lower: 2 * lower - 1, upper: 2 * upper - 1 };
}

/**
 * Needs after which a sequence would decide if it were repeated for ever; null where 200,000 do not suffice.
 * An empty sequence stands for identical backends: 664 at a margin of .005.
 */
export function needsInSequence(
  differences: readonly number[],
  margin: number,
  alpha = ALPHA,
): number | null {
  const gate = gateInSequence(margin, alpha);
  for (let at = 0; at < MOST_NEEDS; at++) {
    const difference = differences.length === 0 ? 0 : (differences[at % differences.length] ?? 0);
    if (gate.add(difference) !== 'inconclusive') return gate.decidedAfter();
  }
  return null;
}

function reasonOf(
  state: GateResult['state'],
  n: number,
  margin: number,
  decidesAt: number | null,
): string {
  if (state === 'pass') return `the loss is below ${margin}: decided after ${counted(n, 'need')}`;
  if (state === 'fail')
    return `the loss is at least ${margin}: decided after ${counted(n, 'need')}`;
  if (n === 0) return 'no need has a defined value';
  return decidesAt === null
    ? `${counted(n, 'need')} in sequence cannot decide, and more of the same kind would not`
    : `${counted(n, 'need')} in sequence cannot decide; ${decidesAt} would`;
}
