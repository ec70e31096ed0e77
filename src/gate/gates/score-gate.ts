import type { GatesConfig } from '../../config/schema.ts';
import type { CellFinding, Findings } from '../../parity/findings.ts';
import { gateOf } from '../gate-kind.ts';
import { type GateResult, type GateState, UNTESTED } from '../verdict.ts';

/**
 * Whether both sides give the same documents the same similarity, as the root mean square of s_B − s_A; only where
 * a margin is configured. The scores of a run are counted and not sampled, so there are no bounds. A difference that
 * a side's own scores show between two equal requests is noise, and no difference of the sides.
 */
export function scoreGates(findings: Pick<Findings, 'cells'>, gates: GatesConfig): GateResult[] {
  const margin = gates.scores?.margin;
  return margin === undefined ? [] : findings.cells.map((cell) => scoreGate(cell, margin));
}

function scoreGate({ cell, scoreDrift }: CellFinding, margin: number): GateResult {
  const { nCommon, rmse, meanSigned, epsilonIncumbent, epsilonCandidate } = scoreDrift;
  const noise = Math.max(epsilonIncumbent ?? 0, epsilonCandidate ?? 0);
  const state: GateState =
    rmse === null
      ? 'inconclusive'
      : rmse <= margin
        ? 'pass'
        : rmse <= noise
          ? 'inconclusive'
          : 'fail';
  return {
    ...gateOf({ type: 'scores' }),
    cell,
    slice: null,
    unit: 'scores',
    n: nCommon,
    margin,
    mean: meanSigned,
    lower: null,
    upper: null,
    state,
    regressed: state === 'fail',
    parity: state === 'pass',
    ...UNTESTED,
    gated: true,
    reason: reasonOf(scoreDrift, state, noise),
  };
}

function reasonOf(
  { rmse, slope, intercept, pearson }: CellFinding['scoreDrift'],
  state: GateState,
  noise: number,
): string {
  if (rmse === null) return 'no document was returned by both sides with a score';
  const apart = `RMS difference ${rmse.toExponential(1)}`;
  if (state === 'pass') return apart;
  if (state === 'inconclusive') {
    return `${apart}, within the ${noise.toExponential(1)} by which a side differs from itself`;
  }
  const map =
    slope === null || intercept === null || pearson === null
      ? 'one side gives one score to all'
      : `the candidate’s are ${slope.toFixed(3)} · s ${intercept < 0 ? '−' : '+'} ${Math.abs(intercept).toFixed(3)} at correlation ${pearson.toFixed(4)}`;
  return `${apart}; ${map}`;
}
