import type { GatesConfig } from '../../config/schema.ts';
import type { Findings, IncumbentFailures } from '../../parity/findings.ts';
import { gateOf } from '../gate-kind.ts';
import { DEFAULT_ERROR_MARGIN } from '../gates/error-gate.ts';
import { judge } from '../gates/quality-gates.ts';
import type { GateResult } from '../verdict.ts';

/**
 * Whether the incumbent failed more of a phase than the margin of errors: what it did not answer the candidate cannot
 * be held against. A share that is surely above the margin is a failure of the environment. One that is above it by
 * chance at least leaves the verdict open. None where the incumbent answered everything; switching the error gate off
 * does not switch these off.
 */
export function incumbentErrorGates(
  findings: Pick<Findings, 'errors'>,
  gates: GatesConfig,
): GateResult[] {
  const margin = gates.errors?.margin ?? DEFAULT_ERROR_MARGIN;
  return (findings.errors.byIncumbent ?? []).map((failures) => {
    const claim = judge(
      failures.shares.map((share) => 0 - share),
      margin,
      { isProjected: false },
    );
    const isWithin = claim.mean !== null && claim.mean >= -margin;
    return {
      ...claim,
      ...gateOf({ type: 'incumbent errors', phase: failures.phase }),
      cell: failures.cell,
      slice: null,
      state: isWithin ? 'pass' : claim.state === 'fail' ? 'fail' : 'inconclusive',
      regressed: false,
      parity: false,
      p: null,
      reason: reasonOf(failures, claim.mean),
    };
  });
}

function reasonOf({ requests, failed }: IncumbentFailures, mean: number | null): string {
  const share = mean === null ? '–' : `${(-mean * 100).toFixed(1)}%`;
  return `the incumbent failed ${failed} of ${requests} requests, ${share} as a mean over needs: they compare with nothing`;
}
