import { counted } from '../../counted.ts';
import type { QualityFinding } from '../../parity/findings.ts';
import { gateDecision } from '../../stats/decisions/gate-decision.ts';
import { minimalDetectableEffect } from '../../stats/decisions/mde.ts';
import { narrowestMargin } from '../../stats/decisions/needs-to-decide.ts';
import { needsWithPower } from '../../stats/decisions/needs-with-power.ts';
import { ALPHA } from '../../stats/decisions/spent-alpha.ts';
import { meanBounds, notAboveThresholdP } from '../../stats/intervals/bounded-mean-bound.ts';
import { sampleSd } from '../../stats/moments.ts';
import type { GateResult, JudgedClaim } from '../verdict.ts';
import { judgeSequence } from './sequential-gates.ts';

/** Levels of a look at a question. */
export interface LookLevels {
  /** One-sided level of a gate; .05 where nothing is said. */
  readonly alpha?: number;
  /** The level of another look, by which the needs that would decide are projected; default `alpha`. */
  readonly nextAlpha?: number;
  /** Whether the needs that would decide are projected; default true. Thousands of simulated runs need none. */
  readonly isProjected?: boolean;
}

/** Differences of needs by claim; in the order in which they were asked where the run may stop early. */
export type ClaimedDifferences = Pick<QualityFinding, 'differences' | 'answeredDifferences'> &
  Partial<Pick<QualityFinding, 'sequence' | 'answeredSequence'>>;

/**
 * Two claims that a pass needs both: the loss as served, where a failed request or an empty list scores 0 on either
 * side, and the loss over pairs in which both sides gave rows, at the depth that both lists reach. What the incumbent
 * did not give may offset what the candidate did not give, and never a loss within the lists. Where every request was
 * answered with a whole list they are one.
 */
export function judgeClaims(
  { differences, answeredDifferences, sequence, answeredSequence }: ClaimedDifferences,
  margin: number,
  levels: LookLevels = {},
): JudgedClaim {
  const served =
    sequence == null
      ? judge(differences, margin, levels)
      : judgeSequence(sequence, margin, levels.alpha);
  if (answeredDifferences === null) return served;
  const answered =
    sequence == null || answeredSequence == null
      ? judge(answeredDifferences, margin, levels)
      : judgeSequence(answeredSequence, margin, levels.alpha);
  // Of two equal answers that over given rows says more about the lists.
  const [claim, how] =
    rank(served.state) > rank(answered.state)
      ? [served, 'as served']
      : [answered, 'where both gave rows'];
  return { ...claim, reason: `${how}: ${claim.reason}` };
}

function rank(state: GateResult['state']): number {
  return { pass: 0, inconclusive: 1, fail: 2 }[state];
}

/** Judges paired differences of needs against a margin by one-sided bounds. */
export function judge(
  differences: readonly number[],
  margin: number,
  { alpha = ALPHA, nextAlpha = alpha, isProjected = true }: LookLevels = {},
): JudgedClaim {
  const n = differences.length;
  const inside = differences.map((value) => Math.min(1, Math.max(-1, value)));
  const bounds = n === 0 ? null : meanBounds(inside, { alpha });
  const decision = gateDecision(bounds?.lower ?? null, bounds?.upper ?? null, margin);
  const mean = n === 0 ? null : inside.reduce((sum, value) => sum + value, 0) / n;
  // Fewer needs than could have passed cost nothing: the next look is as strict as this one.
  const level = narrowestMargin(n, { alpha }) < margin ? nextAlpha : alpha;
  const decidesAt =
    decision.state === 'inconclusive' && isProjected
      ? needsWithPower(inside, margin, { alpha: level })
      : null;
  return {
    unit: 'needs',
    n,
    margin,
    mean,
    lower: bounds?.lower ?? null,
    upper: bounds?.upper ?? null,
    ...decision,
    minimalDetectableEffect: minimalDetectableEffect(sampleSd(inside) ?? 0, n),
    decidesAt,
    p: decision.state === 'fail' ? notAboveThresholdP(inside, -margin) : null,
    pHolm: null,
    gated: true,
    reason: reasonOf(decision.state, n, margin, bounds, decidesAt),
  };
}

function reasonOf(
  state: GateResult['state'],
  n: number,
  margin: number,
  bounds: { readonly lower: number; readonly upper: number } | null,
  decidesAt: number | null,
): string {
  if (bounds === null) return 'no need has a defined value';
  if (state === 'pass') return `the loss is below ${margin}`;
  if (state === 'fail') return `the loss is at least ${(-bounds.upper).toFixed(4)}`;
  return decidesAt === null
    ? `${counted(n, 'need')} cannot decide, and more of the same kind would not`
    : `${counted(n, 'need')} cannot decide; about ${decidesAt} would`;
}
