import type { Query } from '../corpus/types.ts';
import { sideOfArm } from '../record/side-of-arm.ts';
import type { Arm, Cell, Observation, Phase } from '../record/types.ts';
import type { Backend } from '../wire/backend.ts';
import { call } from '../wire/call.ts';
import type { HitsResponse } from '../wire/operations.ts';
import type { Outcome } from '../wire/outcome.ts';

/** Both sides of a run. */
export interface Pair {
  readonly incumbent: Backend;
  readonly candidate: Backend;
}

/** Where an observation stands in its run. */
export interface Place {
  readonly phase: Phase;
  readonly cell: Cell;
  readonly arm: Arm;
  readonly block: number;
  readonly pair: number;
  readonly sequence: number;
  readonly firstTouch: boolean;
}

/** What every question of a run shares. */
export interface AskOptions {
  readonly k: number;
  readonly model: string | null;
  /** `performance.now()` when the run began. */
  readonly originMs: number;
  readonly signal: AbortSignal;
}

/** Puts one query to one side and gives the observation; never throws for what a backend does. */
export async function ask(
  pair: Pair,
  query: Pick<Query, 'id' | 'text' | 'collections' | 'filter'>,
  place: Place,
  options: AskOptions,
  vector?: Float32Array,
): Promise<Observation> {
  const backend = pair[sideOfArm(place.arm)];
  const question = {
    ...(vector === undefined ? { text: query.text } : { vector }),
    k: options.k,
    ...(options.model === null ? {} : { model: options.model }),
  };
  const outcome =
    place.cell === 'search'
      ? await call(
          backend,
          'search',
          { collection: query.collections[0] ?? '', ...question },
          options.signal,
        )
      : await call(
          backend,
          'retrieve',
          {
            collections: query.collections,
            ...question,
            ...(query.filter === undefined ? {} : { filter: query.filter }),
          },
          options.signal,
        );
  return observed(outcome, query.id, place, options);
}

function observed(
  outcome: Outcome<HitsResponse>,
  queryId: string,
  place: Place,
  options: AskOptions,
): Observation {
  const hits = outcome.kind === 'ok' ? outcome.value.hits : [];
  return {
    ...place,
    queryId,
    k: options.k,
    outcome: outcome.kind,
    status: outcome.status,
    detail: outcome.kind === 'ok' ? '' : outcome.detail,
    startedMs: outcome.timing.startedMs - options.originMs,
    latencyMs: outcome.timing.endedMs - outcome.timing.startedMs,
    sizeBytes: outcome.sizeBytes,
    ids: hits.map((hit) => hit.id),
    collections: hits.map((hit) => hit.collection ?? ''),
    similarities: hits.map((hit) => hit.similarity),
    rawScores: hits.map((hit) => hit.rawScore),
  };
}

/**
 * Runs `work` over items with a fixed number under way; results keep the order of the items.
 * Stops taking new items once the signal is aborted; those results are left out.
 */
export async function mapConcurrently<Item, Result>(
  items: readonly Item[],
  concurrency: number,
  signal: AbortSignal,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results = new Map<number, Result>();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length && !signal.aborted) {
      const index = next++;
      results.set(index, await work(items[index] as Item, index));
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, lane));
  return [...results.entries()].sort(([a], [b]) => a - b).map(([, result]) => result);
}
