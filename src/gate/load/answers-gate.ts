import { counted } from '../../counted.ts';
import { judge } from '../judge/judge-claims.ts';
import type { LoadFinding } from './load-finding.ts';
import { type JudgedObjective, loadGateOf, type Ungated } from './load-gate.ts';

/** Where the incumbent mixes answers up too: by how much more often the candidate may. */
const MARGIN = 0.001;

/**
 * Whether the candidate answers requests with what belongs to others. One such answer is one too many, unless the
 * incumbent gives them as well: then the difference is judged.
 */
export function answersGate({ ratePerSecond, foreign }: LoadFinding): Ungated {
  const { pairs, incumbent, candidate, incumbentOnly, candidateOnly } = foreign;
  const base = {
    ...loadGateOf({ type: 'answers' }, ratePerSecond),
    unit: 'request pairs',
    n: pairs,
    margin: 0,
  } as const;
  if (incumbent === 0 || candidate === 0) {
    const share = pairs === 0 ? null : candidate / pairs;
    return { ...base, mean: share, lower: share, upper: share, ...plainly(candidate) };
  }
  const differences = [
    ...new Array<number>(candidateOnly).fill(-1),
    ...new Array<number>(incumbentOnly).fill(1),
    ...new Array<number>(pairs - candidateOnly - incumbentOnly).fill(0),
  ];
  const { mean, lower, upper, state } = judge(differences, MARGIN);
  const reason = `answers that belong to another request: ${candidate} of the candidate, ${incumbent} of the incumbent`;
  return { ...base, margin: MARGIN, mean, lower, upper, state, reason };
}

function plainly(candidate: number): JudgedObjective {
  return candidate === 0
    ? { state: 'pass', reason: 'no answer of the candidate belongs to another request' }
    : {
        state: 'fail',
        reason: `${counted(candidate, 'answer of the candidate belongs', 'answers of the candidate belong')} to another request`,
      };
}
