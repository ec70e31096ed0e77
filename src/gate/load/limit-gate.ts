import type { GatesConfig } from '../../config/schema.ts';
import { counted } from '../../counted.ts';
import type { LoadFinding } from './load-finding.ts';
import { type JudgedObjective, loadGateOf, type Ungated } from './load-gate.ts';

/** Whether a quantile of the candidate's response time stays within its limit; nothing where no limit is set. */
export function limitGate(
  finding: LoadFinding,
  gates: GatesConfig,
  quantile: 'p50' | 'p95' | 'p99',
): Ungated[] {
  const limit = gates[quantile]?.maxMs;
  if (limit === undefined) return [];
  const { value, lower, upper, n, blocks } = finding.candidateMs[quantile];
  const judged: JudgedObjective =
    lower !== null && lower > limit
      ? { state: 'fail', reason: `above ${limit} ms` }
      : upper !== null && upper <= limit
        ? { state: 'pass', reason: `within ${limit} ms` }
        : upper === null
          ? {
              state: 'inconclusive',
              reason: `${counted(n, 'request')} in ${counted(blocks, 'block')} cannot bound ${quantile} from above`,
            }
          : { state: 'inconclusive', reason: `the interval spans ${limit} ms` };
  return [
    {
      ...loadGateOf({ type: 'limit', quantile }, finding.ratePerSecond),
      unit: 'requests',
      n,
      margin: limit,
      mean: value,
      lower,
      upper,
      ...judged,
    },
  ];
}
