import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../support.ts';
import type { Contestant } from './contestants.ts';

/** Threads of a library wait for more work in a loop for some time: nobody's may cost the next side a core. */
const REST_MS = 250;

/** What one contestant took; one value a round. */
export interface Times {
  readonly prepare: number[];
  readonly first: number[];
  /** Median of the searches of a round. */
  readonly search: number[];
  readonly best: number[];
  /** Most queries of a search whose rows or order were not those of truth. */
  wrongQueries: number;
}

export type AllTimes = ReadonlyMap<string, Times>;

/** How contestants take turns. */
export interface Rounds {
  readonly rounds: number;
  /** Searches of a round. */
  readonly searches: number;
  /** Rows of each query by rank. */
  readonly truth: readonly (readonly number[])[];
  /** Measured between the rounds; the greatest value counts. */
  readonly measurePeak: () => Promise<number>;
}

/** Every round each side first makes the documents ready, then answers all queries several times. */
export async function runRounds(
  contestants: readonly Contestant[],
  { rounds, searches, truth, measurePeak }: Rounds,
): Promise<{ times: AllTimes; peak: number }> {
  const times = new Map<string, Times>();
  for (const { name } of contestants) {
    times.set(name, { prepare: [], first: [], search: [], best: [], wrongQueries: 0 });
  }
  let peak = 0;
  // Round 0 warms up and is not counted; afterwards another one begins each round.
  for (let round = 0; round <= rounds; round++) {
    for (let i = 0; i < contestants.length; i++) {
      const one = contestants[(i + round) % contestants.length] as Contestant;
      await sleep(REST_MS);
      const prepareMs = await one.prepare();
      const into = times.get(one.name) as Times;
      const taken: number[] = [];
      while (taken.length < searches) {
        const { ms, ids } = await one.search();
        into.wrongQueries = Math.max(into.wrongQueries, differing(ids, truth));
        taken.push(ms);
      }
      if (round === 0) continue;
      into.prepare.push(prepareMs);
      into.first.push(taken[0] as number);
      into.search.push(median(taken));
      into.best.push(Math.min(...taken));
    }
    peak = Math.max(peak, await measurePeak());
  }
  return { times, peak };
}

/** Median over the rounds of how many times as long the one took. */
export function ratio(
  times: AllTimes,
  slow: string,
  fast: string,
  of: (times: Times, round: number) => number,
): number {
  const a = times.get(slow) as Times;
  const b = times.get(fast) as Times;
  return median(a.search.map((_, round) => of(a, round) / of(b, round)));
}

function differing(
  found: readonly (readonly number[])[],
  truth: readonly (readonly number[])[],
): number {
  return truth.filter((ids, query) => ids.join() !== found[query]?.join()).length;
}
