import { createHash } from 'node:crypto';
import type { UserConfig } from '../../../config/schema.ts';
import type { LoadPlan } from '../../../load/plan.ts';
import type { TakenStep } from '../results/rows.ts';

/**
 * What every measuring process of a drill is told, whatever is planted: the sizes that still decide every gate at its
 * default margin, and the gates that a user sets who relies on latency, on the order and on the scores.
 */
const SHORT: UserConfig = {
  // Each request of `search` is one of `retrieve` too, and only that one has filters and several collections.
  operations: ['retrieve'],
  // Every run is of another candidate.
  looks: 'one',
  gates: {
    agreement: { margin: 0.02 },
    scores: { margin: 0.00001 },
    p50: { margin: 0.05 },
    p95: { margin: 0.1 },
  },
  quality: { maxNeeds: 640 },
  latency: { blockPairs: 12, requestsPerBlock: 200, discardedPerBlock: 10 },
  throughput: { requestsPerSlice: 0 },
  timeouts: { requestMs: 2000 },
};

/** The same without latency, for lesser rates of what its answers gave away. */
const ANSWERS: UserConfig = { ...SHORT, latency: { blockPairs: 0 } };

/** Stalls, which a closed loop meets once each and an open loop with every request that they hold up. */
const LOAD: UserConfig = { gates: { p95: { maxMs: 20 } }, timeouts: SHORT.timeouts ?? {} };
const LOAD_PLAN: Partial<LoadPlan> = {
  operation: 'retrieve',
  rates: [250],
  pairCount: 4,
  requestsPerBlock: 250,
  deadlineMs: 2000,
  recall: false,
};

/**
 * Failures so rare that only many requests show them. The gate on errors of `bench retrieve` is by need, which no 640
 * needs decide at such a margin; that of a load is by request, and .0003 takes 9,985 pairs.
 */
const FAILURES: UserConfig = {
  gates: { errors: { margin: 0.0003 } },
  timeouts: SHORT.timeouts ?? {},
};
const FAILURES_PLAN: Partial<LoadPlan> = { ...LOAD_PLAN, pairCount: 40, requestsPerBlock: 500 };

/** The job that a step carries out, its configuration and what else it is told. */
export type StepSettings =
  | { readonly job: 'retrieve'; readonly config: UserConfig }
  | { readonly job: 'drift'; readonly config: UserConfig; readonly count: number }
  | { readonly job: 'load'; readonly config: UserConfig; readonly plan: Partial<LoadPlan> };

/** How each step of a drill is measured. */
export const STEP_SETTINGS: Readonly<Record<TakenStep, StepSettings>> = {
  retrieve: { job: 'retrieve', config: SHORT },
  answers: { job: 'retrieve', config: ANSWERS },
  drift: { job: 'drift', config: {}, count: 20 },
  load: { job: 'load', config: LOAD, plan: LOAD_PLAN },
  failures: { job: 'load', config: FAILURES, plan: FAILURES_PLAN },
};

/** The first two, which every run takes; the others follow where these found nothing. */
export const SHORT_STEPS: readonly TakenStep[] = ['retrieve', 'drift'];
export const LONG_STEPS: readonly TakenStep[] = ['load', 'failures'];

/** Of so many clean runs one takes the long steps too. */
export const CLEAN_RUNS_A_LONG_ONE = 20;

/** sha256 of all settings: runs of other settings are no runs of the same drill. */
export function settingsHash(): string {
  return createHash('sha256').update(JSON.stringify(STEP_SETTINGS)).digest('hex');
}
