import type { GatesConfig } from '../../config/schema.ts';
import type { Findings } from '../../parity/findings.ts';
import { gateOf } from '../gate-kind.ts';
import type { GateResult } from '../verdict.ts';
import { judge } from './quality-gates.ts';

const DEFAULT_MARGIN = 0.001;

/**
 * The candidate's error rate may exceed the incumbent's by less than the margin. The unit is the pair of the same
 * request to both sides: failures belong to requests, and a margin of .001 needs 2,995 of them.
 */
export function errorGate(findings: Findings, gates: GatesConfig): GateResult {
  const { pairs, candidateOnly, incumbentOnly } = findings.errors;
  const differences = [
    ...new Array<number>(candidateOnly).fill(-1),
    ...new Array<number>(incumbentOnly).fill(1),
    ...new Array<number>(pairs - candidateOnly - incumbentOnly).fill(0),
  ];
  const margin = gates.errors?.margin ?? DEFAULT_MARGIN;
  const result = judge(differences, margin);
  return {
    ...result,
    ...gateOf({ type: 'errors' }),
    cell: 'all',
    slice: null,
    unit: 'request pairs',
    reason: `${candidateOnly} failed on the candidate's side alone, ${incumbentOnly} on the incumbent's${
      result.decidesAt === null ? '' : `; ${result.decidesAt} pairs would decide`
    }`,
  };
}
