import type { Config } from '../../config/resolve.ts';
import { type AskedNumbers, countNeeds } from '../../gate/margin-check.ts';
import type { RunPlan } from '../../observe/plan.ts';
import type { Findings } from '../../parity/findings.ts';
import { ALPHA, alphaOfLook, type Look } from '../../stats/decisions/spent-alpha.ts';

/** The numbers of a run that is planned. */
export function numbersOfPlan(
  plan: RunPlan,
  { k, quality: { sequential }, looks }: Pick<Config, 'k' | 'quality' | 'looks'>,
): AskedNumbers {
  return {
    cells: plan.cells.map(({ cell, queries }) => countNeeds(cell, k, queries)),
    needs: sequential ? null : new Set(plan.queries.map(({ need }) => need)).size,
    sequential,
    // Later looks are stricter still, and are not known before the backends have said what they are.
    alpha: looks === 'one' ? ALPHA : alphaOfLook(1),
  };
}

/** The numbers of a run that is over. */
export function numbersOfFindings(findings: Findings, look: Look | null): AskedNumbers {
  return {
    cells: findings.cells.map(({ cell, k, needs, slices, planned }) => ({
      cell,
      k,
      needs: planned?.needs ?? needs,
      slices: new Map(slices.map((slice) => [slice.slice, slice.needs])),
    })),
    needs: findings.errors.differences.length,
    sequential: findings.cells.some(({ planned }) => planned !== undefined),
    ...(look === null ? {} : { alpha: look.alpha }),
  };
}
