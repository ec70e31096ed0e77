import { type AskedNumbers, countNeeds } from '../../gate/margin-check.ts';
import type { RunPlan } from '../../observe/plan.ts';
import type { Findings } from '../../parity/findings.ts';

/** The numbers of a run that is planned; `k` is the depth of its lists. */
export function numbersOfPlan(plan: RunPlan, k: number, sequential: boolean): AskedNumbers {
  const count = (blocks: readonly { readonly queries: readonly unknown[] }[]): number =>
    blocks.reduce((sum, { queries }) => sum + queries.length, 0);
  return {
    cells: plan.cells.map(({ cell, queries }) => countNeeds(cell, k, queries)),
    // Quality asks each query twice of either side; of the other blocks one half is the incumbent's.
    requestPairs: sequential
      ? null
      : 2 * count(plan.quality) + (count(plan.latency) + count(plan.throughput)) / 2,
    sequential,
  };
}

/** The numbers of a run that is over. */
export function numbersOfFindings(findings: Findings): AskedNumbers {
  return {
    cells: findings.cells.map(({ cell, k, needs, slices, planned }) => ({
      cell,
      k,
      needs: planned?.needs ?? needs,
      slices: new Map(slices.map((slice) => [slice.slice, slice.needs])),
    })),
    requestPairs: findings.errors.pairs,
    sequential: findings.cells.some(({ planned }) => planned !== undefined),
  };
}
