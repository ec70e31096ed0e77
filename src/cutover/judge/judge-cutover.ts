import { EXIT, type ExitCode } from '../../errors.ts';
import type { GateState } from '../../gate/verdict.ts';
import type { CutoverFindings } from '../find/findings.ts';

/** The answer about one frontend. */
export interface CutoverVerdict {
  readonly schema: 1;
  readonly verdict: GateState;
  readonly exitCode: ExitCode;
  readonly sentence: string;
}

const EXIT_OF: Readonly<Record<GateState, ExitCode>> = {
  pass: EXIT.pass,
  fail: EXIT.fail,
  inconclusive: EXIT.inconclusive,
};

/**
 * Passes only where each property has been proved, no gated check fails or stays open, and everything was
 * looked at; what could not be looked at within a proved property is named in the findings.
 */
export function judgeCutover(
  { checks, unproved }: CutoverFindings,
  isComplete = true,
): CutoverVerdict {
  const gated = checks.filter((check) => check.gated);
  const failed = gated.filter(({ state }) => state === 'fail');
  const isOpen =
    !isComplete || unproved.length > 0 || gated.some(({ state }) => state === 'inconclusive');
  const verdict = failed.length > 0 ? 'fail' : isOpen ? 'inconclusive' : 'pass';
  const broken = [...new Set(failed.map(({ property }) => property))].join(', ');
  const sentences: Readonly<Record<GateState, string>> = {
    pass: 'the cutover is additive, unchanged, reversible, isolated and separate',
    fail: `the cutover is not ${broken}`,
    inconclusive:
      unproved.length > 0
        ? `nothing proves that the cutover is ${unproved.join(', ')}`
        : isComplete
          ? 'some checks have no clear answer'
          : 'not everything was looked at',
  };
  return { schema: 1, verdict, exitCode: EXIT_OF[verdict], sentence: sentences[verdict] };
}
