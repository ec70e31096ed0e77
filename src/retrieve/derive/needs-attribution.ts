import { isNearlyAlike } from '../../attribution/near-ties.ts';
import type { Verdict } from '../../gate/verdict.ts';
import type { CellFinding, Findings } from '../../parity/findings.ts';

/**
 * Whether there is something to explain: the sides disagree beyond their own noise, or certainly; a gate on quality or
 * membership did not pass for what was measured; or documents are scored as their own vectors do not.
 */
export function needsAttribution(findings: Findings, verdict: Verdict): boolean {
  const beyondNoise = findings.cells.some(
    (cell) =>
      cell.excess.some(({ lower }) => lower !== null && lower > 0) || disagreesCertainly(cell),
  );
  return (
    beyondNoise ||
    (findings.selfScores ?? []).some(({ stale }) => stale.length > 0) ||
    verdict.gates.some(
      ({ gated, state, unit }) =>
        gated && state === 'fail' && (unit === 'needs' || unit === 'documents'),
    )
  );
}

/** A disagreement of sides that never differ from themselves is no chance: it needs no interval. */
function disagreesCertainly({ agreement }: CellFinding): boolean {
  const of = (pair: CellFinding['agreement'][number]['pair']) =>
    agreement.find((entry) => entry.pair === pair);
  const [across, a, b] = [of('A·B'), of('A·A′'), of('B·B′')];
  if (across === undefined || a === undefined || b === undefined) return false;
  const steady = [a, b].every(({ n, identical }) => n > 0 && identical === n);
  const distances = { overlap: 1 - (across.overlap ?? 1), rbo: 1 - (across.rbo ?? 1) };
  return steady && !isNearlyAlike(distances);
}
