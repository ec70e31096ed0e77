import type { GatesConfig } from '../../config/schema.ts';
import { counted } from '../../counted.ts';
import { MIN_BLOCK_PAIRS, MIN_REQUESTS } from '../../metrics/thresholds.ts';
import type { Findings, LatencyFinding } from '../../parity/findings.ts';
import { gateOf } from '../gate-kind.ts';
import { isOff, slowdownMargin } from '../margins.ts';
import type { GateResult, GateState } from '../verdict.ts';

/** What holds where no margin is configured: a candidate that is surely slower fails. */
const DEFAULT_MARGIN = { p50: 0.1, p95: 0.25 } as const;

/**
 * The ratio of p50 and p95 in every cell. Under a default margin a surely slower candidate fails, and an open answer
 * leaves the verdict to the other gates; under a configured one it keeps the verdict open. A quantile whose gate is
 * switched off is shown and decides nothing.
 */
export function latencyGates(
  findings: Pick<Findings, 'latency'>,
  gates: GatesConfig,
): GateResult[] {
  return findings.latency.map((finding) => {
    const configured = slowdownMargin(gates, finding.quantile);
    const margin = configured ?? DEFAULT_MARGIN[finding.quantile];
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
      ...judgeRatio(finding, margin),
      regressed: (finding.ratioLower ?? 0) > 1,
      parity: false,
      minimalDetectableEffect: null,
      p: null,
      pHolm: null,
      gated: !isOff(gates, finding.quantile),
      ...(configured === null ? { blocking: false as const } : {}),
    };
  });
}

type JudgedRatio = Pick<GateResult, 'reason' | 'decidesAt'> & { readonly state: GateState };

function judgeRatio(finding: LatencyFinding, margin: number): JudgedRatio {
  const { censored, blockPairs, requestsPerBlock, ratio, ratioLower, ratioUpper } = finding;
  const answer = (state: GateState, reason: string, decidesAt: number | null = null) => ({
    state,
    reason,
    decidesAt,
  });
  if (censored.incumbent > 0) {
    return answer('inconclusive', 'the quantile falls on unfinished requests of the incumbent');
  }
  if (censored.candidate > 0) {
    return answer('fail', 'the quantile falls on unfinished requests of the candidate alone');
  }
  if (blockPairs < MIN_BLOCK_PAIRS || requestsPerBlock < MIN_REQUESTS) {
    return answer(
      'inconclusive',
      `${counted(blockPairs, 'block pair')} of ${counted(requestsPerBlock, 'request')}; ${MIN_BLOCK_PAIRS} of ${MIN_REQUESTS} are needed`,
    );
  }
  if (ratio === null || ratioLower === null || ratioUpper === null) {
    return answer('inconclusive', 'the ratio is not defined');
  }
  const tolerated = `${Number((margin * 100).toPrecision(3))}%`;
  if (ratioLower > 1 + margin) return answer('fail', `slower by more than ${tolerated}`);
  if (ratioUpper < 1 + margin) return answer('pass', `not slower by ${tolerated}`);
  const pairs = pairsToDecide(finding, margin);
  return answer(
    'inconclusive',
    `the interval spans ${tolerated}${pairs === null ? '' : `; about ${counted(pairs, 'block pair')} would decide`}`,
    pairs,
  );
}

/**
 * Block pairs at which an interval that shrinks with √n around the same ratio leaves the margin; null where the
 * ratio lies on the margin. A projection, not a promise.
 */
function pairsToDecide(
  { ratio, ratioLower, ratioUpper, blockPairs }: LatencyFinding,
  margin: number,
): number | null {
  if (ratio === null || ratioLower === null || ratioUpper === null) return null;
  const gap = Math.log1p(margin) - Math.log(ratio);
  const reach = gap > 0 ? Math.log(ratioUpper / ratio) : Math.log(ratio / ratioLower);
  const pairs = Math.ceil(blockPairs * (reach / gap) ** 2);
  return gap !== 0 && Number.isFinite(pairs) && pairs < 100_000 ? pairs : null;
}
