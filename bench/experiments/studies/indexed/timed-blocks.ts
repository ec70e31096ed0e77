import { performance } from 'node:perf_hooks';
import { randomStream } from '../../../../src/stats/random.ts';

/** A setting of an index that is asked the queries of a study, by their place. */
export interface AskedSetting {
  readonly setting: string;
  readonly ask: (query: number) => Promise<readonly string[]>;
}

/** What a setting answered; one a query, in the order of the queries. */
export interface TimedAnswers {
  readonly setting: string;
  readonly answers: readonly (readonly string[])[];
  readonly latencyMs: readonly number[];
}

/** How settings are timed. */
export interface TimedBlocks {
  readonly settings: readonly AskedSetting[];
  readonly queryCount: number;
  readonly queriesPerBlock: number;
  readonly seed: number;
}

/** Requests after a switch of settings that are not timed. */
const DISCARDED = 5;

/**
 * Asks every query once at every setting, one at a time: block by block, all settings within a block one after the
 * other in an order of its own, so that slow minutes of the machine fall on all of them alike.
 */
export async function timedBlocks(options: TimedBlocks): Promise<TimedAnswers[]> {
  const { settings, queryCount, queriesPerBlock, seed } = options;
  const random = randomStream(seed, 'order of settings');
  const found = settings.map(({ setting }) => ({
    setting,
    answers: [] as (readonly string[])[],
    latencyMs: [] as number[],
  }));
  for (let from = 0; from < queryCount; from += queriesPerBlock) {
    for (const at of random.shuffled([...settings.keys()])) {
      const [asked, kept] = [settings[at], found[at]];
      if (asked === undefined || kept === undefined) continue;
      for (let i = 1; i <= DISCARDED; i++) await asked.ask((from + queryCount - i) % queryCount);
      for (let query = from; query < Math.min(queryCount, from + queriesPerBlock); query++) {
        const begun = performance.now();
        kept.answers[query] = await asked.ask(query);
        kept.latencyMs[query] = Number((performance.now() - begun).toFixed(4));
      }
    }
  }
  return found;
}
