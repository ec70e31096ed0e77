import type { AnswerPair, ProbeAnswer } from '../record/answer.ts';
import type { CheckState } from './findings.ts';

/** A state with the reason for it. */
export interface AnswerComparison {
  readonly state: CheckState;
  readonly note: string;
}

/** How an answer ended, in one line. */
export function ended(answer: ProbeAnswer<unknown>): string {
  if (answer.outcome === 'ok') return `ok ${answer.status ?? ''}`.trim();
  return answer.detail === '' ? answer.outcome : answer.detail;
}

/** Who asks is not known, or has to wait: that says nothing about the request. */
const NO_REFUSALS: ReadonlySet<number> = new Set([401, 407, 408, 425, 429]);

/** Whether a side refused the request as the requester's mistake: most statuses of 400 to 499. */
export function isRefusal({ outcome, status }: ProbeAnswer<unknown>): boolean {
  return (
    outcome === 'http' &&
    status !== null &&
    status >= 400 &&
    status < 500 &&
    !NO_REFUSALS.has(status)
  );
}

/**
 * Compares how two answers ended; null where both are ok, so that their values decide. A status of
 * 400 to 499 is an answer, everything else that is not ok is a failure.
 */
export function compareEnds({
  incumbent,
  candidate,
}: AnswerPair<unknown>): AnswerComparison | null {
  if (incumbent.outcome === 'unsupported' || candidate.outcome === 'unsupported') {
    const side = incumbent.outcome === 'unsupported' ? 'incumbent' : 'candidate';
    return { state: 'not offered', note: `the ${side} does not offer it` };
  }
  const failed = (answer: ProbeAnswer<unknown>): boolean =>
    answer.outcome !== 'ok' && !isRefusal(answer);
  if (failed(incumbent)) return { state: 'unanswered', note: 'the incumbent gave no answer' };
  if (failed(candidate)) return { state: 'different', note: 'the candidate gave no answer' };
  if (isRefusal(incumbent) !== isRefusal(candidate)) {
    const side = isRefusal(incumbent) ? 'incumbent' : 'candidate';
    return { state: 'different', note: `only the ${side} refuses it` };
  }
  if (!isRefusal(incumbent)) return null;
  return incumbent.status === candidate.status
    ? { state: 'same', note: 'both refuse it' }
    : { state: 'drift', note: 'both refuse it, with different statuses' };
}

/** The same where both sides must refuse: one that does not is at fault, whichever it is. */
export function compareRefusals(pair: AnswerPair<unknown>): AnswerComparison {
  const accepts = (['incumbent', 'candidate'] as const).filter(
    (side) => pair[side].outcome === 'ok',
  );
  if (accepts.length > 0) {
    return { state: 'violation', note: `accepted by the ${accepts.join(' and the ')}` };
  }
  return compareEnds(pair) ?? { state: 'same', note: '' };
}
