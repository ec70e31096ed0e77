import type { GatesConfig } from '../../config/schema.ts';
import type { CellFinding, Findings, QualityFinding } from '../../parity/findings.ts';
import { gateOf } from '../gate-kind.ts';
import { leastFor } from '../margins.ts';
import { type GateResult, type GateState, UNTESTED } from '../verdict.ts';

/**
 * Least recall or nDCG of the candidate by itself, in each cell and slice where one is configured: parity with a
 * broken incumbent is no success. Judged by the one-sided bounds of the candidate's mean as served.
 */
export function floorGates(findings: Pick<Findings, 'cells'>, gates: GatesConfig): GateResult[] {
  return findings.cells.flatMap((cell) =>
    [{ slice: null, quality: cell.quality }, ...cell.slices].flatMap(({ slice, quality }) =>
      quality.flatMap((finding) => floorGate(finding, cell, slice, gates)),
    ),
  );
}

function floorGate(
  { metric, candidate }: QualityFinding,
  { cell, k }: CellFinding,
  slice: string | null,
  gates: GatesConfig,
): GateResult[] {
  const least = leastFor(gates, metric, { cell, slice, k });
  if (least === null || candidate.mean === null) return [];
  const { mean, lower, upper, n } = candidate;
  const state: GateState =
    lower !== null && lower >= least
      ? 'pass'
      : upper !== null && upper < least
        ? 'fail'
        : 'inconclusive';
  return [
    {
      ...gateOf({ type: 'floor', metric }),
      cell,
      slice,
      unit: 'needs' as const,
      n,
      margin: least,
      mean,
      lower,
      upper,
      state,
      regressed: false,
      parity: false,
      ...UNTESTED,
      gated: true,
      reason: `the candidate's mean is ${mean.toFixed(4)}, at least ${least} is wanted`,
    },
  ];
}
