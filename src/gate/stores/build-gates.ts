import type { GatesConfig } from '../../config/schema.ts';
import { counted } from '../../counted.ts';
import { recallAt } from '../../metrics/metric.ts';
import type { BuildsFinding, Findings } from '../../parity/findings.ts';
import { gateOf } from '../gate-kind.ts';
import { marginFor } from '../margins.ts';
import { type GateResult, type GateState, UNTESTED } from '../verdict.ts';

/** Builds beside the first one from which their spread says something (METHOD: at least five). */
export const LEAST_REBUILDS = 5;

/**
 * Whether the candidate's recall holds for builds of its index like those that were made. Judged by the spread between
 * builds; what few needs leave open is the matter of the gates on quality.
 */
export function buildGates({ builds }: Pick<Findings, 'builds'>, gates: GatesConfig): GateResult[] {
  return (builds ?? []).flatMap((finding) => {
    const { cell, k } = finding;
    const margin = marginFor(gates, recallAt(k), { cell, slice: null, k });
    return margin === null ? [] : [buildGate(finding, margin)];
  });
}

function buildGate(finding: BuildsFinding, margin: number): GateResult {
  const { cell, k, builds, mean, lower, upper } = finding;
  const { state, reason } = judged(finding, margin);
  return {
    ...gateOf({ type: 'builds', metric: recallAt(k) }),
    cell,
    slice: null,
    unit: 'builds',
    n: builds.length,
    margin,
    mean,
    lower,
    upper,
    state,
    regressed: upper !== null && upper < 0,
    parity: lower !== null && upper !== null && lower > -margin && upper < margin,
    ...UNTESTED,
    gated: true,
    reason,
  };
}

function judged(
  { builds, lower, upper, mean }: BuildsFinding,
  margin: number,
): { readonly state: GateState; readonly reason: string } {
  const answer = (state: GateState, reason: string) => ({ state, reason });
  const { length } = builds;
  if (length <= LEAST_REBUILDS || lower === null || upper === null || mean === null) {
    return answer(
      'inconclusive',
      `${counted(length, 'build')}; ${LEAST_REBUILDS} beside the first one are needed`,
    );
  }
  const spread = `Δ ${mean.toFixed(4)} over ${counted(length, 'build')} [${lower.toFixed(4)}, ${upper.toFixed(4)}]`;
  if (lower > -margin) return answer('pass', `${spread}: holds for builds like these`);
  if (upper <= -margin) return answer('fail', `${spread}: builds like these lose ${margin}`);
  return answer('inconclusive', `${spread}: builds differ too much to tell`);
}
