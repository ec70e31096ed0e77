import type { GatesConfig } from '../../config/schema.ts';
import type { Findings, IncumbentFailures } from '../../parity/findings.ts';
import { gateOf } from '../gate-kind.ts';
import { DEFAULT_ERROR_MARGIN } from '../gates/error-gate.ts';
import { judge } from '../judge/judge-claims.ts';
import type { GateResult, JudgedClaim } from '../verdict.ts';

/** Share of failed requests from which the incumbent is unwell, however the candidate fares. */
const UNWELL = 0.05;

/**
 * Whether the incumbent failed more of a phase than the margin of errors: what it did not answer the candidate cannot
 * be held against. A share above the margin leaves the verdict open. It is a failure of the environment where it is
 * surely above a twentieth, or surely above the margin while the incumbent surely fails more than the candidate by the
 * margin: two sides that fail alike may be one system, and an incumbent that fails alone is unwell. None where the
 * incumbent answered everything; switching the error gate off does not switch these off.
 */
export function incumbentErrorGates(
  findings: Pick<Findings, 'errors'>,
  gates: GatesConfig,
): GateResult[] {
  const margin = gates.errors?.margin ?? DEFAULT_ERROR_MARGIN;
  const failsAlone = judgeShares(findings.errors.differences, margin).state === 'fail';
  return (findings.errors.byIncumbent ?? []).map((failures) => {
    const claim = judgeShares(failures.shares, margin);
    const isUnwell =
      (failsAlone && claim.state === 'fail') ||
      judgeShares(failures.shares, Math.max(margin, UNWELL)).state === 'fail';
    return {
      ...claim,
      ...gateOf({ type: 'incumbent errors', phase: failures.phase }),
      cell: failures.cell,
      slice: null,
      state: isWithin(claim, margin) ? 'pass' : isUnwell ? 'fail' : 'inconclusive',
      reason: reasonOf(failures, claim.mean),
    };
  });
}

/**
 * Whether the incumbent answered more requests than the margin of errors with no row though there are documents to
 * find: such an answer is as good as none, and compares with nothing. It leaves the verdict open, unless short lists
 * are declared with a reason.
 */
export function incumbentRowGates(
  { cells }: Pick<Findings, 'cells'>,
  gates: GatesConfig,
): GateResult[] {
  if (gates.contract?.declared?.some(({ kind }) => kind === 'short') === true) return [];
  const margin = gates.errors?.margin ?? DEFAULT_ERROR_MARGIN;
  return cells.flatMap(({ cell, emptyByIncumbent: found }): GateResult[] => {
    if (found === undefined) return [];
    const claim = judgeShares(found.shares, margin);
    return [
      {
        ...claim,
        ...gateOf({ type: 'incumbent rows' }),
        cell,
        slice: null,
        state: isWithin(claim, margin) ? 'pass' : 'inconclusive',
        reason: `${found.empty} of ${found.answers} answers of the incumbent have no row though documents match, ${percent(claim.mean)} as a mean over needs: they compare with nothing; where it is so by design, declare it (gates.contract.declared, kind short)`,
      },
    ];
  });
}

function judgeShares(shares: readonly number[], margin: number): JudgedClaim {
  const claim = judge(
    shares.map((share) => 0 - share),
    margin,
    { isProjected: false },
  );
  return { ...claim, regressed: false, parity: false, p: null };
}

function isWithin({ mean }: JudgedClaim, margin: number): boolean {
  return mean !== null && mean >= -margin;
}

function reasonOf({ requests, failed }: IncumbentFailures, mean: number | null): string {
  return `the incumbent failed ${failed} of ${requests} requests, ${percent(mean)} as a mean over needs: they compare with nothing`;
}

function percent(mean: number | null): string {
  return mean === null ? '–' : `${(-mean * 100).toFixed(1)}%`;
}
