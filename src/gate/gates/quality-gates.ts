import type { GatesConfig } from '../../config/schema.ts';
import type { Metric } from '../../metrics/metric.ts';
import type { CellFinding, Findings, QualityFinding } from '../../parity/findings.ts';
import type { Cell } from '../../record/types.ts';
import { gateOf } from '../gate-kind.ts';
import { judge, judgeClaims, type LookLevels } from '../judge/judge-claims.ts';
import { marginFor } from '../margins.ts';
import type { GateResult, JudgedClaim } from '../verdict.ts';
import { heldToJudgments } from './judged-lists.ts';
import { truthDoubt } from './truth-doubt.ts';

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
    const claim = judgeClaims(finding, margin, levels);
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

/** The same gates of the incumbent against itself: what the environment alone does. */
export function noiseGates(findings: Findings, gates: GatesConfig): GateResult[] {
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
          // Nobody is told how many needs would show that the incumbent differs from itself.
          ...judge(differences, margin, { isProjected: false }),
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
