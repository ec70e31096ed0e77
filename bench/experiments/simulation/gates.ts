import { DEFAULTS } from '../../../src/config/defaults.ts';
import { evaluateGates } from '../../../src/gate/evaluate.ts';
import { latencyGates } from '../../../src/gate/gates/latency-gate.ts';
import { judge } from '../../../src/gate/judge/judge-claims.ts';
import { gateInSequence } from '../../../src/gate/judge/sequential-gates.ts';
import type { GateState, VerdictState } from '../../../src/gate/verdict.ts';
import type { Findings, LatencyFinding } from '../../../src/parity/findings.ts';
import type { Look } from '../../../src/stats/decisions/spent-alpha.ts';

/** An answer of a gate; `slower` claims that the candidate is slower at all. */
export interface Answer {
  readonly state: GateState;
  readonly slower: boolean;
}

/** A set of gates that a simulation puts to the test. */
export interface GatesUnderTest {
  readonly name: string;
  readonly fixed: (differences: readonly number[], margin: number) => GateState;
  readonly sequential: (differences: readonly number[], margin: number) => GateState;
  /** The whole verdict over findings, at the level of a look; gates that do not look draw none. */
  readonly verdict: (found: () => Findings, look: Look | null) => VerdictState;
  readonly latency: (
    findings: readonly LatencyFinding[],
    quantile: 'p50' | 'p95',
    margin: number,
  ) => Answer;
}

/** The gates of the suite, as a verdict uses them. */
export const THE_GATES: GatesUnderTest = {
  name: 'the gates',
  fixed: (differences, margin) => judge(differences, margin, { isProjected: false }).state,
  sequential: (differences, margin) => {
    const gate = gateInSequence(margin);
    for (const difference of differences) if (gate.add(difference) !== 'inconclusive') break;
    return gate.state();
  },
  verdict: (found, look) =>
    evaluateGates(found(), DEFAULTS.gates, { look, isProjected: false }).state,
  latency: (findings, quantile, margin) => {
    const result = latencyGates({ latency: findings }, { [quantile]: { margin } }).find(
      ({ name }) => name === quantile,
    );
    return { state: result?.state ?? 'inconclusive', slower: result?.regressed ?? false };
  },
};

/** Gates that know their answer beforehand: a simulation that they pass shows nothing. */
export function alwaysAnswering(state: GateState): GatesUnderTest {
  return {
    name: `always ${state}`,
    fixed: () => state,
    sequential: () => state,
    verdict: () => state,
    latency: () => ({ state, slower: false }),
  };
}
