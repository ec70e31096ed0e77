import type { GateResult, Verdict } from '../gate/verdict.ts';

/** A run with its answer, as formats for machines show it. */
export interface JudgedReport {
  readonly runId: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly verdict: Verdict;
}

/** A gate by the words of its name, its operation and its slice. */
export function gateTitle({ name, cell, slice }: GateResult): string {
  return `${name}${cell === 'all' ? '' : ` of ${cell}`}${slice === null ? '' : ` in ${slice}`}`;
}
