import type { GatesConfig } from '../../config/schema.ts';
import type { Findings, LatencyFinding } from '../../parity/findings.ts';
import { gateOf } from '../gate-kind.ts';
import { slowdownMargin } from '../margins.ts';
import type { GateResult, GateState } from '../verdict.ts';

/** Margins that advisory results are shown against. */
const ADVISORY_MARGIN = { p50: 0.05, p95: 0.1 } as const;
const MIN_BLOCK_PAIRS = 12;
const MIN_REQUESTS = 200;

/** The ratio of p50 and p95 in every cell: gated where a margin is configured, advisory otherwise. */
export function latencyGates(
  findings: Pick<Findings, 'latency'>,
  gates: GatesConfig,
): GateResult[] {
  return findings.latency.map((finding) => {
    const configured = slowdownMargin(gates, finding.quantile);
    const margin = configured ?? ADVISORY_MARGIN[finding.quantile];
    const { state, reason } = judgeRatio(finding, margin);
    const relative = (ratio: number | null): number | null => (ratio === null ? null : ratio - 1);
    return {
      ...gateOf({ type: 'latency', quantile: finding.quantile }),
      cell: finding.cell,
      slice: null,
      unit: 'block pairs',
      n: finding.blockPairs,
      margin,
      mean: relative(finding.ratio),
      lower: relative(finding.ratioLower),
      upper: relative(finding.ratioUpper),
      state,
      regressed: (finding.ratioLower ?? 0) > 1,
      parity: false,
      minimalDetectableEffect: null,
      decidesAt: null,
      p: null,
      pHolm: null,
      gated: configured !== null,
      reason,
    };
  });
}

function judgeRatio(finding: LatencyFinding, margin: number): { state: GateState; reason: string } {
  const { censored, blockPairs, requestsPerBlock, ratioLower, ratioUpper } = finding;
  if (censored.incumbent > 0) {
    return {
      state: 'inconclusive',
      reason: 'the quantile falls on unfinished requests of the incumbent',
    };
  }
  if (censored.candidate > 0) {
    return {
      state: 'fail',
      reason: 'the quantile falls on unfinished requests of the candidate alone',
    };
  }
  if (blockPairs < MIN_BLOCK_PAIRS || requestsPerBlock < MIN_REQUESTS) {
    return {
      state: 'inconclusive',
      reason: `${blockPairs} block pairs of ${requestsPerBlock} requests; ${MIN_BLOCK_PAIRS} of ${MIN_REQUESTS} are needed`,
    };
  }
  if (ratioLower === null || ratioUpper === null) {
    return { state: 'inconclusive', reason: 'the ratio is not defined' };
  }
  if (ratioLower > 1 + margin)
    return { state: 'fail', reason: `slower by more than ${margin * 100}%` };
  if (ratioUpper < 1 + margin) return { state: 'pass', reason: `not slower by ${margin * 100}%` };
  return { state: 'inconclusive', reason: `the interval spans ${margin * 100}%` };
}
