import { gapLine } from './gap-text.ts';
import { verdictSentence } from './sentence.ts';
import type { GateResult, Verdict } from './verdict.ts';

/** A verdict as `verdict.json` and `--json` hold it, of whatever job. */
export interface StoredVerdict<Gate = GateResult>
  extends Pick<Verdict, 'schema' | 'exitCode' | 'remarks' | 'look'> {
  readonly verdict: Verdict['state'];
  readonly sentence: string;
  readonly notVerified: readonly string[];
  readonly gates: readonly Gate[];
}

/** The form of a verdict of the main job that is written. */
export function encodeVerdict(verdict: Verdict): StoredVerdict {
  return storedVerdict(verdict, verdictSentence(verdict), gapLine);
}

/** The form of a verdict of any job that is written; each job has its own words. */
export function storedVerdict<Reason, Gap, Gate>(
  { schema, state, exitCode, look, notVerified, remarks, gates }: Verdict<Reason, Gap, Gate>,
  sentence: string,
  lineOf: (gap: Gap) => string,
): StoredVerdict<Gate> {
  return {
    schema,
    verdict: state,
    exitCode,
    sentence,
    ...(look === undefined ? {} : { look }),
    notVerified: notVerified.map(lineOf),
    remarks,
    gates,
  };
}
