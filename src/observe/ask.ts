import { depthFor } from '../corpus/own-documents.ts';
import type { Query } from '../corpus/types.ts';
import { sideOfArm } from '../record/side-of-arm.ts';
import type { Arm, Cell, Observation, Phase } from '../record/types.ts';
import type { Backend } from '../wire/backend.ts';
import { call } from '../wire/call.ts';
import type { HitsResponse, RequestOf } from '../wire/operations.ts';
import type { Outcome } from '../wire/outcome.ts';

/** Both sides of a run. */
export interface Pair {
  readonly incumbent: Backend;
  readonly candidate: Backend;
}

/** Where an observation stands in its run. */
export interface RequestPlace {
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
  /** Effort of the search; absent: what the backend does by itself. */
  readonly effort?: number;
  /** Whether every row is searched in place of the index; absent: it is not. */
  readonly exact?: true;
  /** `performance.now()` when the run began. */
  readonly originMs: number;
  readonly signal: AbortSignal;
}

/** A query or a document as it is asked. */
export type AskedText = Pick<Query, 'id' | 'text' | 'collections' | 'filter' | 'excluded'>;

/** The request that puts a query to `search` or `retrieve`, by its text or by a vector. */
export function requestFor(
  cell: Cell,
  query: AskedText,
  { k, model, effort, exact }: Pick<AskOptions, 'k' | 'model' | 'effort' | 'exact'>,
  vector?: Float32Array,
): RequestOf<Cell> {
  const question = {
    ...(vector === undefined ? { text: query.text } : { vector }),
    k: depthFor(query, k),
    ...(model === null ? {} : { model }),
    ...(effort === undefined ? {} : { effort }),
    ...(exact === undefined ? {} : { exact }),
    ...(query.filter === undefined ? {} : { filter: query.filter }),
  };
  return cell === 'search'
    ? { collection: query.collections[0] ?? '', ...question }
    : { collections: query.collections, ...question };
}

/** Puts one query to one side and gives the observation; never throws for what a backend does. */
export async function ask(
  pair: Pair,
  query: AskedText,
  place: RequestPlace,
  options: AskOptions,
  vector?: Float32Array,
): Promise<Observation> {
  const backend = pair[sideOfArm(place.arm)];
  const request = requestFor(place.cell, query, options, vector);
  const outcome = await call(backend, place.cell, request, options.signal);
  return observed(outcome, query, place, options);
}

function observed(
  outcome: Outcome<HitsResponse>,
  query: AskedText,
  place: RequestPlace,
  options: AskOptions,
): Observation {
  const hits = outcome.kind === 'ok' ? outcome.value.hits : [];
  return {
    ...place,
    queryId: query.id,
    k: depthFor(query, options.k),
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
