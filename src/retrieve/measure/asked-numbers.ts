import { type AskedNumbers, countNeeds } from '../../gate/margin-check.ts';
import type { RunPlan } from '../../observe/plan.ts';
import type { Findings } from '../../parity/findings.ts';

/** The numbers of a run that is planned; `k` is the depth of its lists. */
export function numbersOfPlan(plan: RunPlan, k: number, sequential: boolean): AskedNumbers {
  return {
    cells: plan.cells.map(({ cell, queries }) => countNeeds(cell, k, queries)),
    needs: sequential ? null : new Set(plan.queries.map(({ need }) => need)).size,
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
    needs: findings.errors.differences.length,
    sequential: findings.cells.some(({ planned }) => planned !== undefined),
  };
}
