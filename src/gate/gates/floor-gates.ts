import type { GatesConfig } from '../../config/schema.ts';
import type { Findings } from '../../parity/findings.ts';
import { gateOf } from '../gate-kind.ts';
import { type GateResult, type GateState, UNTESTED } from '../verdict.ts';

/**
 * Least recall or nDCG of the candidate by itself, where one is configured: parity with a broken incumbent is no
 * success. Judged by the one-sided bounds of the candidate's mean as served.
 */
export function floorGates(findings: Pick<Findings, 'cells'>, gates: GatesConfig): GateResult[] {
  return findings.cells.flatMap(({ cell, k, quality }) =>
    quality.flatMap(({ metric, candidate }) => {
      const least =
        metric.depth !== k
          ? undefined
          : metric.family === 'recall'
            ? gates.recall?.min
            : metric.family === 'ndcg'
              ? gates.ndcg?.min
              : undefined;
      if (least === undefined || candidate.mean === null) return [];
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
          slice: null,
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
    }),
  );
}
