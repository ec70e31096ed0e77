import type { GatesConfig } from '../config/schema.ts';
import type { RunComparison } from '../parity/compare-runs.ts';
import { gateOf } from './gate-kind.ts';
import { judgeClaims } from './judge/judge-claims.ts';
import { marginFor } from './margins.ts';
import type { GateResult, GateState } from './verdict.ts';

/** The candidates' differences between two runs, each against the margin of its metric. */
export function changeGates({ metrics }: RunComparison, gates: GatesConfig): GateResult[] {
  return metrics.flatMap((compared) => {
    const { cell, side, metric, k } = compared;
    const margin = marginFor(gates, metric, { cell, slice: null, k });
    if (side !== 'candidate' || margin === null) return [];
    return [
      {
        ...judgeClaims(compared, margin),
        ...gateOf({ type: 'quality', metric }),
        cell,
        slice: null,
      },
    ];
  });
}

/** The answer of several gates: a failure outweighs what is inconclusive, that outweighs a pass. */
export function stateOfGates(gates: readonly Pick<GateResult, 'state'>[]): GateState {
  if (gates.some(({ state }) => state === 'fail')) return 'fail';
  return gates.some(({ state }) => state === 'inconclusive') ? 'inconclusive' : 'pass';
}
