import type { GatesConfig } from '../../config/schema.ts';
import { counted } from '../../counted.ts';
import { MIN_BLOCK_PAIRS, MIN_REQUESTS } from '../../metrics/thresholds.ts';
import { slowdownMargin } from '../margins.ts';
import type { LoadFinding, LoadRatio } from './load-finding.ts';
import { type JudgedObjective, loadGateOf, type Ungated } from './load-gate.ts';

const ADVISORY_MARGIN = { p50: 0.05, p95: 0.1 } as const;

/** Whether the candidate is slower than the incumbent at a quantile by the margin (5% at p50, 10% at p95 where none is set). */
export function ratioGate(
  finding: LoadFinding,
  gates: GatesConfig,
  quantile: 'p50' | 'p95',
): Ungated {
  const margin = slowdownMargin(gates, quantile) ?? ADVISORY_MARGIN[quantile];
  const found = finding.ratios[quantile];
  const { ratio, lower, upper, n } = found.ratio;
  const relative = (value: number | null) => (value === null ? null : value - 1);
  return {
    ...loadGateOf({ type: 'ratio', quantile }, finding.ratePerSecond),
    unit: 'block pairs',
    n,
    margin,
    mean: relative(ratio),
    lower: relative(lower),
    upper: relative(upper),
    ...judgeRatio(found, finding.selfRatios[quantile], margin),
  };
}

function judgeRatio(found: LoadRatio, self: LoadRatio, margin: number): JudgedObjective {
  const { censored, requestsPerBlock } = found;
  const { n, lower, upper } = found.ratio;
  const percent = `${Number((margin * 100).toPrecision(6))}%`;
  const inconclusive = (reason: string): JudgedObjective => ({ state: 'inconclusive', reason });
  if (censored[0] > 0) {
    return inconclusive('the quantile falls on unfinished requests of the incumbent');
  }
  if (censored[1] > 0) {
    return {
      state: 'fail',
      reason: 'the quantile falls on unfinished requests of the candidate alone',
    };
  }
  if (n < MIN_BLOCK_PAIRS || requestsPerBlock < MIN_REQUESTS) {
    return inconclusive(
      `${counted(n, 'block pair')} of ${counted(n === 0 ? 0 : requestsPerBlock, 'request')}; ${MIN_BLOCK_PAIRS} of ${MIN_REQUESTS} are needed`,
    );
  }
  if (lower === null || upper === null) return inconclusive('the ratio is not defined');
  if ((self.ratio.lower ?? 1) > 1 + margin || (self.ratio.upper ?? 1) < 1 / (1 + margin)) {
    return inconclusive(`the incumbent differs from itself by more than ${percent}`);
  }
  const mixed = `${found.firstTouchPairs} of ${n} pairs were first touches`;
  if (lower > 1 + margin) {
    return { state: 'fail', reason: `slower by more than ${percent}; ${mixed}` };
  }
  if (upper < 1 + margin) return { state: 'pass', reason: `not slower by ${percent}; ${mixed}` };
  return inconclusive(`the interval spans ${percent}`);
}
