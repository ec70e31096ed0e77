import { judge } from '../gates/quality-gates.ts';
import type { LoadFinding } from './load-finding.ts';
import type { Judged, Ungated } from './load-gate-result.ts';

/** What its results are called: nobody has to configure it. */
export const ANSWERS_KEY = 'answers';

/** Where the incumbent mixes answers up too: by how much more often the candidate may. */
const MARGIN = 0.001;

/**
 * Whether the candidate answers requests with what belongs to others. One such answer is one too many, unless the
 * incumbent gives them as well: then the difference is judged.
 */
export function answersGate({ ratePerSecond, foreign }: LoadFinding): Ungated {
  const { pairs, incumbent, candidate, incumbentOnly, candidateOnly } = foreign;
  const base = {
    key: ANSWERS_KEY,
    about: 'answers',
    ratePerSecond,
    unit: 'request pairs',
    n: pairs,
    limit: 0,
  } as const;
  if (incumbent === 0 || candidate === 0) {
    const share = pairs === 0 ? null : candidate / pairs;
    return { ...base, estimate: share, lower: share, upper: share, ...plainly(candidate) };
  }
  const differences = [
    ...new Array<number>(candidateOnly).fill(-1),
    ...new Array<number>(incumbentOnly).fill(1),
    ...new Array<number>(pairs - candidateOnly - incumbentOnly).fill(0),
  ];
  const { mean, lower, upper, state } = judge(differences, MARGIN);
  const reason = `answers that belong to another request: ${candidate} of the candidate, ${incumbent} of the incumbent`;
  return { ...base, limit: MARGIN, estimate: mean, lower, upper, state, reason };
}

function plainly(candidate: number): Judged {
  return candidate === 0
    ? { state: 'pass', reason: 'no answer of the candidate belongs to another request' }
    : {
        state: 'fail',
        reason: `${candidate} ${candidate === 1 ? 'answer of the candidate belongs' : 'answers of the candidate belong'} to another request`,
      };
}
