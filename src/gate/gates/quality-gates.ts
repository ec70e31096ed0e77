import type { GatesConfig } from '../../config/schema.ts';
import type { Metric } from '../../metrics/metric.ts';
import type { CellFinding, Findings, QualityFinding } from '../../parity/findings.ts';
import type { Cell } from '../../record/types.ts';
import { gateDecision } from '../../stats/decisions/gate-decision.ts';
import { minimalDetectableEffect } from '../../stats/decisions/mde.ts';
import { narrowestMargin } from '../../stats/decisions/needs-to-decide.ts';
import { needsWithPower } from '../../stats/decisions/needs-with-power.ts';
import { ALPHA } from '../../stats/decisions/spent-alpha.ts';
import { meanBounds, notAboveThresholdP } from '../../stats/intervals/bounded-mean-bound.ts';
import { sampleSd } from '../../stats/moments.ts';
import { gateOf } from '../gate-kind.ts';
import { marginFor } from '../margins.ts';
import type { GateResult, JudgedClaim } from '../verdict.ts';
import { heldToJudgments } from './judged-lists.ts';
import { judgeSequence } from './sequential-gates.ts';
import { truthDoubt } from './truth-doubt.ts';

/** Levels of a look at a question. */
export interface LookLevels {
  /** One-sided level of a gate; .05 where nothing is said. */
  readonly alpha?: number;
  /** The level of another look, by which the needs that would decide are projected; default `alpha`. */
  readonly nextAlpha?: number;
  /** Whether the needs that would decide are projected; default true. Thousands of simulated runs need none. */
  readonly isProjected?: boolean;
}

/** The recall and nDCG gates of every cell, then of every slice that was given a margin of its own. */
export function qualityGates(
  findings: Findings,
  gates: GatesConfig,
  levels: LookLevels = {},
): GateResult[] {
  return findings.cells.flatMap((cell) => [
    ...gatesOf(findings, cell, { slice: null, quality: cell.quality }, gates, levels),
    ...cell.slices.flatMap((slice) => gatesOf(findings, cell, slice, gates, levels)),
  ]);
}

function gatesOf(
  findings: Findings,
  cell: CellFinding,
  {
    slice,
    quality,
  }: { readonly slice: string | null; readonly quality: readonly QualityFinding[] },
  gates: GatesConfig,
  levels: LookLevels,
): GateResult[] {
  return quality.flatMap((finding) => {
    const margin = marginFor(gates, finding.metric, { cell: cell.cell, slice, k: cell.k });
    if (margin === null || isUnjudged(finding) || isBeside(finding, findings)) return [];
    const claim = judgeQuality(finding, margin, levels);
    return [
      {
        ...(findings.truth.source === 'judgments'
          ? heldToJudgments(claim, finding.metric, cell)
          : doubted(claim, finding, cell, findings)),
        ...gateOf({ type: 'quality', metric: finding.metric }),
        cell: cell.cell,
        slice,
      },
    ];
  });
}

/**
 * Two claims that a pass needs both: the loss as served, where a failed request or an empty list scores 0 on either
 * side, and the loss over pairs in which both sides gave rows, at the depth that both lists reach. What the incumbent
 * did not give may offset what the candidate did not give, and never a loss within the lists. Where every request was
 * answered with a whole list they are one.
 */
function judgeQuality(finding: QualityFinding, margin: number, levels: LookLevels): JudgedClaim {
  const { differences, answeredDifferences, sequence, answeredSequence } = finding;
  const served =
    sequence === null
      ? judge(differences, margin, levels)
      : judgeSequence(sequence, margin, levels.alpha);
  if (answeredDifferences === null) return served;
  const answered =
    sequence === null || answeredSequence === null
      ? judge(answeredDifferences, margin, levels)
      : judgeSequence(answeredSequence, margin, levels.alpha);
  // Of two equal answers that over given rows says more about the lists.
  const [claim, how] =
    rank(served.state) > rank(answered.state)
      ? [served, 'as served']
      : [answered, 'where both gave rows'];
  return { ...claim, reason: `${how}: ${claim.reason}` };
}

/** A pass that cannot be trusted is open, unless somebody has declared what the incumbent's search uses. */
function doubted(
  claim: JudgedClaim,
  finding: QualityFinding,
  cell: CellFinding,
  { reference, truth }: Pick<Findings, 'reference' | 'truth'>,
): JudgedClaim {
  if ((truth.declared ?? []).length > 0) return claim;
  const doubt = truthDoubt(claim, finding, cell, reference);
  return doubt === null ? claim : { ...claim, state: 'inconclusive', parity: false, reason: doubt };
}

function rank(state: GateResult['state']): number {
  return { pass: 0, inconclusive: 1, fail: 2 }[state];
}

/** The same gates of the incumbent against itself: what the environment alone does. */
export function noiseGates(
  findings: Findings,
  gates: GatesConfig,
  { isProjected = true }: Pick<LookLevels, 'isProjected'> = {},
): GateResult[] {
  return findings.cells.flatMap((cell) =>
    cell.quality.flatMap((finding) => {
      const margin = marginFor(gates, finding.metric, {
        cell: cell.cell,
        slice: null,
        k: cell.k,
      });
      if (margin === null || isUnjudged(finding) || isBeside(finding, findings)) return [];
      // Either direction of a difference of the incumbent from itself is noise.
      return [finding.noiseDifferences, finding.noiseDifferences.map((value) => -value)].map(
        (differences) => ({
          ...judge(differences, margin, { isProjected }),
          ...gateOf({ type: 'noise', metric: finding.metric }),
          cell: cell.cell,
          slice: null,
        }),
      );
    }),
  );
}

/** Whether a metric is shown beside the truth that decides: exact neighbours where judgments do. */
function isBeside({ metric }: QualityFinding, { truth }: Pick<Findings, 'truth'>): boolean {
  return truth.source === 'judgments' && metric.truth === 'exact';
}

/** Whether a metric of judgments has no value, since no query that was asked has a relevant document. */
function isUnjudged({ metric, differences }: QualityFinding): boolean {
  return differences.length === 0 && metric.truth === 'judgments';
}

/** A metric that was to be gated, and where. */
export interface UnjudgedGate {
  readonly metric: Metric;
  readonly cell: Cell;
  readonly slice: string | null;
}

/** What was to be gated by judgments that are not there. */
export function unjudgedGates(findings: Findings, gates: GatesConfig): UnjudgedGate[] {
  return findings.cells.flatMap((cell) =>
    [{ slice: null, quality: cell.quality }, ...cell.slices].flatMap(({ slice, quality }) =>
      quality.flatMap((finding) => {
        const place = { cell: cell.cell, slice, k: cell.k };
        if (!isUnjudged(finding) || marginFor(gates, finding.metric, place) === null) return [];
        return [{ metric: finding.metric, cell: cell.cell, slice }];
      }),
    ),
  );
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
    ? `${n} needs cannot decide, and more of the same kind would not`
    : `${n} needs cannot decide; about ${decidesAt} would`;
}
