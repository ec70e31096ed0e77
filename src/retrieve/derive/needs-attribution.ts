import type { Verdict } from '../../gate/verdict.ts';
import type { Findings } from '../../parity/findings.ts';

/** Whether the sides disagree beyond their own noise, or a gate on quality or membership failed. */
export function needsAttribution(findings: Findings, verdict: Verdict): boolean {
  const beyondNoise = findings.cells.some((cell) =>
    cell.excess.some(({ lower }) => lower !== null && lower > 0),
  );
  return (
    beyondNoise ||
    verdict.gates.some(
      ({ gated, state, unit }) =>
        gated && state === 'fail' && (unit === 'needs' || unit === 'documents'),
    )
  );
}
