import type { CutoverObservations, CutoverStage } from '../record/observations.ts';
import { byRoute, sameAs } from './answers.ts';
import type { CutoverCheck, CutoverProperty } from './check.ts';
import { CONFINED_CHECKS, confinedChecks } from './confined.ts';
import { latencyCheck, loadCheck } from './isolated.ts';
import { separateCheck } from './separate.ts';
import { opensCheck, shutCheck } from './shut.ts';

/** What was found of one frontend: every check, and what they leave open. */
export interface CutoverFindings {
  readonly schema: 1;
  readonly frontend: CutoverObservations['frontend'];
  readonly checks: readonly CutoverCheck[];
  /** Properties for which nothing was proved. */
  readonly unproved: readonly CutoverProperty[];
  /** One sentence for each thing that could not be looked at. */
  readonly notVerified: readonly string[];
}

/** How the checks are gated. */
export interface CutoverGates {
  /** Margin of the incumbent's p95, e.g. 0.1. */
  readonly p95Margin: number;
  /** Whether the p95 decides; on a machine that does other work it is advisory. */
  readonly gatesP95: boolean;
}

/** Checks that must pass for a property to be proved; with none named, one of its checks is enough. */
const PROOFS: Readonly<Record<CutoverProperty, readonly string[]>> = {
  additive: ['cutover shut', 'cutover open'],
  unchanged: ['passed on'],
  reversible: ['shut: rationale', 'open: the candidate answers', 'shut again: rationale'],
  isolated: [],
  confined: Object.values(CONFINED_CHECKS),
  separate: [],
};
const PROPERTIES = Object.keys(PROOFS) as CutoverProperty[];

/** Every check of the cutover from what was seen. */
export function cutoverFindings(
  observations: CutoverObservations,
  gates: CutoverGates,
): CutoverFindings {
  const { exchanges, loads, latencies, writes, frontend } = observations;
  const old = byRoute(exchanges, 'incumbent');
  const fresh = byRoute(exchanges, 'candidate');
  const checks = [
    sameAs({ property: 'additive', name: 'cutover shut' }, old, 'direct', ['shut']),
    sameAs({ property: 'additive', name: 'cutover open' }, old, 'direct', ['open']),
    sameAs({ property: 'unchanged', name: 'passed on' }, fresh, 'direct', ['open']),
    shutCheck(observations, 'shut'),
    opensCheck(observations),
    shutCheck(observations, 'shut again'),
    sameAs({ property: 'reversible', name: 'shut again: old routes' }, old, 'direct', [
      'shut again',
    ]),
    ...loads.flatMap((load) => {
      const stage: CutoverStage = `open, candidate ${load.state}`;
      const name = `candidate ${load.state}: the incumbent's answers`;
      return [sameAs({ property: 'isolated', name }, old, 'open', [stage]), loadCheck(load)];
    }),
    ...confinedChecks(observations),
    ...latencies.map((latency) => latencyCheck(latency, gates.p95Margin, gates.gatesP95)),
    ...writes.map(separateCheck),
  ];
  const gated = checks.filter((check) => check.gated);
  const unproved = PROPERTIES.filter((property) => {
    // A frontend without a route has nothing to confine.
    if (property === 'confined' && observations.routedPath === null) return false;
    const passed = gated.filter((check) => check.property === property && check.state === 'pass');
    const names = passed.map(({ name }) => name);
    return passed.length === 0 || !PROOFS[property].every((name) => names.includes(name));
  });
  return {
    schema: 1,
    frontend,
    checks,
    unproved,
    notVerified: checks
      .filter(({ state }) => state === 'not verified')
      .map(({ property, name, detail }) => `${property}, ${name}: ${detail}`),
  };
}
