import type { Collection } from 'mongodb';
import { pause } from '../pace/pause.ts';
import { boundedRows } from './bounded-rows.ts';
import type { MongodbCollection } from './options.ts';
import { findSearchIndex, type SearchIndex } from './search-index.ts';

/** Beyond so many documents the index is not asked how many it has: it would give all of them. */
const MOST_COUNTED = 100_000;

/** How long `ingest` waits for an index, in milliseconds. */
export interface Patience {
  /** The longest time between two looks; the first ones follow sooner. */
  readonly lookMs: number;
  /** The index holds all that it will where its rows have not changed for so long. */
  readonly stillMs: number;
  /** An index that is not ready by then is an error. */
  readonly mostMs: number;
}

/** Atlas takes a second or two for new rows, and minutes for large indexes. */
export const PATIENCE: Patience = { lookMs: 2_000, stillMs: 20_000, mostMs: 30 * 60_000 };

/**
 * Rows that a search can find now: an exact one for all of them, counted. An index follows its collection with a
 * delay, and leaves out rows without a vector of its dimension and, under cosine, zero vectors. Null where there are
 * too many to ask.
 */
export async function visibleRows(
  collection: Collection,
  { index, vectorField }: MongodbCollection,
  { dimension }: SearchIndex,
  count: number,
  signal: AbortSignal,
): Promise<number | null> {
  if (count === 0) return 0;
  if (count > MOST_COUNTED) return null;
  const queryVector = Array.from({ length: dimension }, (_, at) => (at === 0 ? 1 : 0));
  const cursor = collection.aggregate(
    [
      { $vectorSearch: { index, path: vectorField, queryVector, limit: count, exact: true } },
      { $count: 'rows' },
    ],
    { signal },
  );
  const [found] = await boundedRows(cursor, 1);
  return Number(found?.rows ?? 0);
}

/**
 * Waits until an index can be searched and holds every document.
 * @throws Error where it failed, or is not ready in time.
 */
export async function untilVisible(
  collection: Collection,
  options: MongodbCollection,
  patience: Patience,
  signal: AbortSignal,
): Promise<void> {
  const startedMs = performance.now();
  let last = { rows: 0, sinceMs: startedMs };
  for (let look = 0; ; look++) {
    signal.throwIfAborted();
    const found = await findSearchIndex(collection, options, signal);
    const status = found?.status ?? 'not there';
    if (status === 'FAILED') throw new Error(`search index ${options.index} failed to build`);
    if (found?.isQueryable === true) {
      const count = await collection.countDocuments({}, { signal } as object);
      const rows = await visibleRows(collection, options, found, count, signal);
      if (rows === null || rows >= count) return;
      if (rows !== last.rows) last = { rows, sinceMs: performance.now() };
      // What is left out for good is told by `describe`.
      if (rows > 0 && performance.now() - last.sinceMs >= patience.stillMs) return;
    }
    if (performance.now() - startedMs >= patience.mostMs) {
      const minutes = Math.round(patience.mostMs / 60_000);
      throw new Error(`search index ${options.index} is ${status} after ${minutes} minutes`);
    }
    await pause(Math.min(25 * 2 ** look, patience.lookMs), signal);
  }
}
