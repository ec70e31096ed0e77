import { mapConcurrently } from '../../../src/observe/ask.ts';

/** What an experiment may use and how much it shall try. */
export interface ExperimentOptions {
  /** How many tries; an experiment whose tries are a fixed list does all of them where this is as many or more. */
  readonly tries: number;
  /** Try `i` is drawn from `seed + i`, so that a failure can be tried again alone. */
  readonly seed: number;
  readonly signal: AbortSignal;
  /** An empty folder of the experiment's own, removed afterwards. */
  readonly folder: string;
}

/** One try that did not hold. */
export interface Failure {
  readonly seed: number;
  /** What was done and what happened, one sentence. */
  readonly what: string;
}

/** What came out; `survived + failed` is `tries`. */
export interface ExperimentResult {
  /** Tries that were made: fewer than asked where the list of tries is shorter. */
  readonly tries: number;
  readonly survived: number;
  readonly failed: number;
  readonly failures: readonly Failure[];
}

/** One way in which the suite is mistreated, and what must hold nevertheless. */
export interface Experiment {
  /** Lower case with dashes. */
  readonly name: string;
  /** What is tried and what must hold, one or two sentences for the table of docs/reliability.md. */
  readonly tries: string;
  /** Tries of the full form and of the short one. */
  readonly count: { readonly full: number; readonly short: number };
  /** Tries that one process makes, where what is prepared for them costs little; absent: one process makes all. */
  readonly perProcess?: number;
  run(options: ExperimentOptions): Promise<ExperimentResult>;
}

/** What an attempt ends with where nothing was tried: the machine does not allow it, or the trouble came too late. */
export const NOT_TRIED = Symbol('not tried');

/** Null where a try held, else what happened. */
export type Outcome = string | null | typeof NOT_TRIED;

/**
 * Makes tries, one after the other or so many at once, and counts them; one at which nothing was tried is none.
 * @param attempt what it throws is a failure too
 */
export async function tryEach(
  { tries, seed, signal, atOnce = 1 }: ExperimentOptions & { readonly atOnce?: number },
  attempt: (seed: number, index: number) => Promise<Outcome>,
): Promise<ExperimentResult> {
  const seeds = Array.from({ length: tries }, (_, index) => seed + index);
  const outcomes = await mapConcurrently(seeds, atOnce, signal, (own, index) =>
    attempt(own, index).catch((error: unknown) => {
      signal.throwIfAborted();
      return `the try itself failed: ${error instanceof Error ? error.message : String(error)}`;
    }),
  );
  signal.throwIfAborted();
  const made = outcomes.filter((what) => what !== NOT_TRIED).length;
  const failures = outcomes.flatMap((what, index) =>
    typeof what === 'string' ? [{ seed: seed + index, what }] : [],
  );
  return { tries: made, survived: made - failures.length, failed: failures.length, failures };
}
