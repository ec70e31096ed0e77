import type { Fault } from '../../gateway/faults/types.ts';
import type { RunRow } from '../results/rows.ts';
import type { FaultPair } from './pairs.ts';

/** What a drill is to do. */
export interface DrillPlan {
  readonly masterSeed: number;
  /** Faults at full strength. */
  readonly faults: readonly Fault[];
  /** Whether the smallest detected rate of each of them is searched. */
  readonly searchRates: boolean;
  readonly pairs: readonly FaultPair[];
  readonly cleanRuns: number;
  /** Corpus that most faults are drilled on; null for the 200 workers of the package. */
  readonly corpusFolder: string | null;
}

/** What a drill tells while it goes on, and what it may be spared. */
export interface DrillHooks {
  /** All faults by kind, for what each declares. */
  readonly known: ReadonlyMap<string, Fault>;
  /** Runs that are on record: they are not made again. */
  readonly done: ReadonlyMap<string, RunRow>;
  /** Sees each finished run. */
  readonly onRun: (run: RunRow, left: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/** The corpus that most faults are drilled on, and the one for faults of an index. */
export const SMALL = 'workers-200';
export const LARGE = 'workers-10k';

/** Runs that a search for the smallest rate takes as a rule, for the estimate of what is left. */
export const SEARCH_RUNS = 3;

/**
 * Whether the smallest rate of a fault is searched: a change that nobody may notice has none, and on the large corpus
 * a run takes minutes, and its faults have a share of two collections for a rate.
 */
export function isSearched({ changes, corpus }: Fault): boolean {
  return !changes.includes('none') && corpus === SMALL;
}
