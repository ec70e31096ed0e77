import type { GatesConfig } from '../../config/schema.ts';
import { judge } from '../gates/quality-gates.ts';
import type { LoadFinding } from './load-finding.ts';
import { loadGateOf, type Ungated } from './load-gate.ts';

const DEFAULT_ERROR_MARGIN = 0.001;

/** Whether the candidate fails more often than the incumbent by the margin, over pairs of the same request. */
export function loadErrorGate(
  { ratePerSecond, failures }: LoadFinding,
  gates: GatesConfig,
): Ungated {
  const { pairs, candidateOnly, incumbentOnly } = failures;
  const margin = gates.errors?.margin ?? DEFAULT_ERROR_MARGIN;
  const result = judge(
    [
      ...new Array<number>(candidateOnly).fill(-1),
      ...new Array<number>(incumbentOnly).fill(1),
      ...new Array<number>(pairs - candidateOnly - incumbentOnly).fill(0),
    ],
    margin,
  );
  const enough = result.decidesAt === null ? '' : `; ${result.decidesAt} pairs would decide`;
  return {
    ...loadGateOf({ type: 'errors' }, ratePerSecond),
    unit: 'request pairs',
    n: pairs,
    margin,
    mean: result.mean,
    lower: result.lower,
    upper: result.upper,
    state: result.state,
    reason: `${candidateOnly} failed on the candidate's side alone, ${incumbentOnly} on the incumbent's${enough}`,
  };
}
