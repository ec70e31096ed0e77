import type { GatesConfig } from '../../config/schema.ts';
import { counted } from '../../counted.ts';
import type { Findings } from '../../parity/findings.ts';
import { gateOf } from '../gate-kind.ts';
import { judge, type LookLevels } from '../judge/judge-claims.ts';
import type { GateResult } from '../verdict.ts';

/** What is tolerated of either side where nothing is configured. */
export const DEFAULT_ERROR_MARGIN = 0.005;

/**
 * The candidate's error rate may exceed the incumbent's by less than the margin, as a mean over needs of
 * (incumbent failed − candidate failed) over the need's pairs of the same request to both sides; pairs that both sides
 * failed are left out. Requests are not
 * the unit: one query that always fails would be diluted by the repetitions of all others.
 */
export function errorGate(
  findings: Pick<Findings, 'errors'>,
  gates: GatesConfig,
  levels: LookLevels = {},
): GateResult {
  const { pairs, candidateOnly, incumbentOnly, throttled, differences } = findings.errors;
  const result = judge(differences, gates.errors?.margin ?? DEFAULT_ERROR_MARGIN, levels);
  const later = throttled.candidate + throttled.incumbent;
  return {
    ...result,
    ...gateOf({ type: 'errors' }),
    cell: 'all',
    slice: null,
    reason: [
      `of ${counted(pairs, 'request pair')} ${candidateOnly} failed on the candidate's side alone, ${incumbentOnly} on the incumbent's`,
      ...(result.decidesAt === null
        ? []
        : [`about ${counted(result.decidesAt, 'need')} would decide`]),
      ...(later === 0
        ? []
        : [
            `throttled and left out: ${counted(throttled.candidate, 'request')} of the candidate, ${throttled.incumbent} of the incumbent`,
          ]),
    ].join('; '),
  };
}
