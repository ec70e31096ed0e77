import type { ExitCode } from '../errors.ts';
import { gapLine } from './gap-text.ts';
import { verdictSentence } from './sentence.ts';
import type { GateResult, Verdict, VerdictState } from './verdict.ts';

/** A verdict of the main job as `verdict.json` and `--json` hold it. */
export interface StoredVerdict extends Pick<Verdict, 'schema' | 'exitCode' | 'remarks' | 'look'> {
  readonly verdict: VerdictState;
  readonly exitCode: ExitCode;
  readonly sentence: string;
  readonly notVerified: readonly string[];
  readonly gates: readonly GateResult[];
}

/** The form of a verdict that is written. */
export function encodeVerdict(verdict: Verdict): StoredVerdict {
  const { schema, state, exitCode, look, notVerified, remarks, gates } = verdict;
  return {
    schema,
    verdict: state,
    exitCode,
    sentence: verdictSentence(verdict),
    ...(look === undefined ? {} : { look }),
    notVerified: notVerified.map(gapLine),
    remarks,
    gates,
  };
}
