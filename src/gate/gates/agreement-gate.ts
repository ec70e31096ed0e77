import type { GatesConfig } from '../../config/schema.ts';
import { counted } from '../../counted.ts';
import type { CellFinding, Findings } from '../../parity/findings.ts';
import { gateOf } from '../gate-kind.ts';
import { type GateResult, type GateState, UNTESTED } from '../verdict.ts';

/**
 * Whether the two sides' lists agree as well as either agrees with itself: the excess of 1 − RBO over the noise
 * floor stays below a margin, with 95% bounds over needs; only where a margin is configured. It sees what recall
 * is blind to: another order of the same documents, and other documents as good.
 */
export function agreementGates(
  findings: Pick<Findings, 'cells'>,
  gates: GatesConfig,
): GateResult[] {
  const margin = gates.agreement?.margin;
  return margin === undefined ? [] : findings.cells.map((cell) => agreementGate(cell, margin));
}

function agreementGate({ cell, excess }: CellFinding, margin: number): GateResult {
  const found = excess.find(({ measure }) => measure === '1 − RBO');
  const { mean = null, lower = null, upper = null, n = 0 } = found ?? {};
  const state: GateState =
    lower === null || upper === null
      ? 'inconclusive'
      : upper < margin
        ? 'pass'
        : lower >= margin
          ? 'fail'
          : 'inconclusive';
  const negated = (value: number | null): number | null => (value === null ? null : -value);
  return {
    ...gateOf({ type: 'agreement' }),
    cell,
    slice: null,
    unit: 'needs',
    n,
    margin,
    // As in every gate, a negative difference is the candidate's loss.
    mean: negated(mean),
    lower: negated(upper),
    upper: negated(lower),
    state,
    regressed: (lower ?? 0) > 0,
    parity: state === 'pass',
    ...UNTESTED,
    gated: true,
    reason:
      state === 'pass'
        ? `disagreement beyond noise is below ${margin}`
        : state === 'fail'
          ? `disagreement beyond noise is at least ${(lower ?? 0).toFixed(4)}`
          : lower === null
            ? 'no query was answered by all four arms'
            : `${counted(n, 'need')} cannot decide`,
  };
}
