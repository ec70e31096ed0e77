/** What one open-loop trial says of a rate. */
export type TrialVerdict = 'pass' | 'fail' | 'invalid';

/** What a trial is held against; null leaves a condition out. */
export interface Objective {
  readonly p99MaxMs: number | null;
  readonly maxErrorRate: number | null;
  readonly minRecall: number | null;
  /** Backlog growth, as a share of the offered rate, from which the backend counts as falling behind. */
  readonly maxBacklogShare: number;
}

/** `p99 <= 50ms`, `errors < 0.1%`, and a backlog that grows by less than 0.5% of what is offered. */
export const DEFAULT_OBJECTIVE: Objective = {
  p99MaxMs: 50,
  maxErrorRate: 0.001,
  minRecall: null,
  maxBacklogShare: 0.005,
};

/** What was measured of a trial, for its objective. */
export interface TrialFacts {
  readonly valid: boolean;
  readonly p99Ms: number | null;
  readonly errorRate: number | null;
  readonly recall: number | null;
  readonly backlogPerSecond: number | null;
  readonly offeredPerSecond: number;
}

/** Holds a trial against its objective; an invalid trial is no failure, and what could not be measured is no pass. */
export function judgeTrial(facts: TrialFacts, objective: Objective): TrialVerdict {
  if (!facts.valid) return 'invalid';
  const { p99MaxMs, maxErrorRate, minRecall, maxBacklogShare } = objective;
  const within =
    (p99MaxMs === null || (facts.p99Ms !== null && facts.p99Ms <= p99MaxMs)) &&
    (maxErrorRate === null || (facts.errorRate !== null && facts.errorRate < maxErrorRate)) &&
    (minRecall === null || (facts.recall !== null && facts.recall >= minRecall)) &&
    (facts.backlogPerSecond ?? 0) <= maxBacklogShare * facts.offeredPerSecond;
  return within ? 'pass' : 'fail';
}
