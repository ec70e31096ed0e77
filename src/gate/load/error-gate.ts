import type { GatesConfig } from '../../config/schema.ts';
import { counted } from '../../counted.ts';
import { judge } from '../judge/judge-claims.ts';
import type { JudgedClaim } from '../verdict.ts';
import type { LoadFinding } from './load-finding.ts';
import { loadGateOf, type Ungated } from './load-gate.ts';

const DEFAULT_ERROR_MARGIN = 0.001;

/**
 * Whether the candidate fails more often than the incumbent by the margin, over pairs of the same request. Pairs that
 * both failed are left out: they show no agreement. Where the incumbent fails more than the margin itself, its failures
 * credit nobody: a pass then needs a candidate that is below the margin by its own failures. Where the driver was not
 * fit, only what a backend answered with an error of its own counts: requests without an end may be the driver's.
 */
export function loadErrorGate(
  { ratePerSecond, failures, refusals, valid }: LoadFinding,
  gates: GatesConfig,
): Ungated {
  const { pairs, candidateOnly, incumbentOnly, both } = valid ? failures : refusals;
  const margin = gates.errors?.margin ?? DEFAULT_ERROR_MARGIN;
  const compared = pairs - both;
  const relative = judge(
    [
      ...new Array<number>(candidateOnly).fill(-1),
      ...new Array<number>(incumbentOnly).fill(1),
      ...new Array<number>(compared - candidateOnly - incumbentOnly).fill(0),
    ],
    margin,
  );
  const own = (): JudgedClaim =>
    judge(
      [
        ...new Array<number>(candidateOnly + both).fill(-1),
        ...new Array<number>(compared - candidateOnly).fill(0),
      ],
      margin,
    );
  const isUnfit = incumbentOnly + both > margin * pairs;
  const result =
    relative.state === 'pass' && isUnfit && own().state !== 'pass'
      ? { ...relative, state: 'inconclusive' as const, decidesAt: null }
      : relative;
  const enough =
    result.decidesAt === null ? '' : `; ${counted(result.decidesAt, 'pair')} would decide`;
  const alike = both === 0 ? '' : `, ${both} on both`;
  return {
    ...loadGateOf({ type: 'errors' }, ratePerSecond),
    unit: 'request pairs',
    n: compared,
    margin,
    mean: result.mean,
    lower: result.lower,
    upper: result.upper,
    state: result.state,
    reason: `${candidateOnly} failed on the candidate's side alone, ${incumbentOnly} on the incumbent's${alike}${enough}`,
  };
}
