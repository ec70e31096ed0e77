import type { SliceObservations, SliceStage } from '../record/slice.ts';
import { byRoute, sameAs } from './answers.ts';
import type { SliceCheck, SliceProperty } from './check.ts';
import { latencyCheck, loadCheck } from './isolated.ts';
import { separateCheck } from './separate.ts';
import { opensCheck, shutCheck } from './shut.ts';

/** What `bench slice` found, and its answer. */
export interface SliceFindings {
  readonly schema: 1;
  readonly frontend: SliceObservations['frontend'];
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  readonly checks: readonly SliceCheck[];
  /** Properties for which nothing was proved. */
  readonly unproved: readonly SliceProperty[];
  /** One sentence for each thing that could not be looked at. */
  readonly notVerified: readonly string[];
  readonly sentence: string;
}

/** How the checks are gated. */
export interface SliceGates {
  /** Margin of the incumbent's p95, e.g. 0.1. */
  readonly p95Margin: number;
  /** Whether the p95 decides; on a machine that does other work it is advisory. */
  readonly gatesP95: boolean;
}

/** Checks that must pass for a property to be proved; with none named, one of its checks is enough. */
const PROOFS: Readonly<Record<SliceProperty, readonly string[]>> = {
  additive: ['slice shut', 'slice open'],
  unchanged: ['passed on'],
  reversible: ['shut: rationale', 'open: the candidate answers', 'shut again: rationale'],
  isolated: [],
  separate: [],
};
const PROPERTIES = Object.keys(PROOFS) as SliceProperty[];

/**
 * Every check of the slice from what was seen. The verdict passes only where each property has been
 * proved and no gated check fails or stays open; what could not be looked at
 * within a proved property is named beside it.
 */
export function sliceFindings(observations: SliceObservations, gates: SliceGates): SliceFindings {
  const { exchanges, loads, latencies, writes, frontend } = observations;
  const old = byRoute(exchanges, 'incumbent');
  const fresh = byRoute(exchanges, 'candidate');
  const checks = [
    sameAs({ property: 'additive', name: 'slice shut' }, old, 'direct', ['shut']),
    sameAs({ property: 'additive', name: 'slice open' }, old, 'direct', ['open']),
    sameAs({ property: 'unchanged', name: 'passed on' }, fresh, 'direct', ['open']),
    shutCheck(observations, 'shut'),
    opensCheck(observations),
    shutCheck(observations, 'shut again'),
    sameAs({ property: 'reversible', name: 'shut again: old routes' }, old, 'direct', [
      'shut again',
    ]),
    ...loads.flatMap((load) => {
      const stage: SliceStage = `open, candidate ${load.state}`;
      const name = `candidate ${load.state}: the incumbent's answers`;
      return [sameAs({ property: 'isolated', name }, old, 'open', [stage]), loadCheck(load)];
    }),
    ...latencies.map((latency) => latencyCheck(latency, gates.p95Margin, gates.gatesP95)),
    ...writes.map(separateCheck),
  ];
  const gated = checks.filter((check) => check.gated);
  const unproved = PROPERTIES.filter((property) => {
    const passed = gated.filter((check) => check.property === property && check.state === 'pass');
    const names = passed.map(({ name }) => name);
    return passed.length === 0 || !PROOFS[property].every((name) => names.includes(name));
  });
  const failed = gated.filter(({ state }) => state === 'fail');
  const isOpen = unproved.length > 0 || gated.some(({ state }) => state === 'inconclusive');
  const verdict = failed.length > 0 ? 'fail' : isOpen ? 'inconclusive' : 'pass';
  return {
    schema: 1,
    frontend,
    verdict,
    checks,
    unproved,
    notVerified: checks
      .filter(({ state }) => state === 'not verified')
      .map(({ property, name, detail }) => `${property}, ${name}: ${detail}`),
    sentence: sentenceOf(verdict, failed, unproved),
  };
}

function sentenceOf(
  verdict: SliceFindings['verdict'],
  failed: readonly SliceCheck[],
  unproved: readonly SliceProperty[],
): string {
  if (verdict === 'pass')
    return 'the slice is additive, unchanged, reversible, isolated and separate';
  if (verdict === 'fail') {
    const broken = [...new Set(failed.map(({ property }) => property))].join(', ');
    return `the slice is not ${broken}`;
  }
  return unproved.length > 0
    ? `nothing proves that the slice is ${unproved.join(', ')}`
    : 'some checks have no clear answer';
}
