import { totalmem } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { counted } from '../../counted.ts';
import { InfrastructureError, UsageError } from '../../errors.ts';
import type { VectorTable } from '../../record/types.ts';
import { squaredNorms } from '../cosine.ts';
import { rowsOf } from '../engines/prepare.ts';
import { raiseStop, startWorker, stopFlag, threadEnd } from '../workers/worker.ts';
import { type CachedIndex, indexFacts, leastBytes, lookUpIndex } from './index-cache.ts';
import { hnswlibBuild } from './native-build.ts';
import type {
  ReferenceIndexReply,
  ReferenceIndexSearch,
  ReferenceIndexTask,
} from './reference-index-protocol.ts';

/** How a reference index is built. */
export interface ReferenceParameters {
  /** Links a node and level. */
  readonly M: number;
  /** Candidates kept while building. */
  readonly efConstruction: number;
  /** Seed of the levels. */
  readonly seed: number;
}

/** What a reference index is built over, and whom it is searched for. */
export interface ReferenceIndexInput extends ReferenceParameters {
  readonly documents: VectorTable;
  readonly queries: VectorTable;
  /** Neighbours a query. */
  readonly k: number;
  /** Folder of saved indexes; null builds anew and saves nothing. */
  readonly cacheFolder: string | null;
  /** Ends the worker when aborted. */
  readonly signal?: AbortSignal;
}

/** The answers to all queries at one efSearch. */
export interface ReferenceSearch {
  /** Columns of `found`: min(k, rows). */
  readonly places: number;
  /** Document rows, one line of `places` a query of `searched`, −1 where the index returned fewer. */
  readonly found: Int32Array;
  /** Median and 95th percentile of one search in µs; null without queries. */
  readonly p50Us: number | null;
  readonly p95Us: number | null;
  /** All searches together, in ms. */
  readonly totalMs: number;
}

/** A local HNSW index (hnswlib, inner product over rows normalised in float64) in a thread of its own. */
export interface ReferenceIndex {
  /** Rows in the index; zero vectors are left out. */
  readonly count: number;
  /** Numbers of the queries that are searched for: those whose vector is not zero. */
  readonly searched: readonly number[];
  /** Wall time of the build; that of the first one where the index was loaded. */
  readonly buildMs: number;
  /** CPU time of this process while it was built; null where it was loaded. */
  readonly buildCpuMs: number | null;
  readonly loaded: boolean;
  /** Why a saved index was not used; null where none lay there, or it was used. */
  readonly distrust: string | null;
  /** @throws InfrastructureError where the native index fails, and the signal's reason when it is aborted */
  search(efSearch: number): Promise<ReferenceSearch>;
  close(): Promise<void>;
}

/** The binding takes these unchecked: M = 1 divides by zero, others wrap or exhaust memory. */
const LIMITS: Readonly<Record<string, readonly [number, number]>> = {
  k: [1, 1_000_000],
  M: [2, 10_000],
  efConstruction: [1, 1_000_000],
  efSearch: [1, 1_000_000],
  seed: [0, 0xffff_ffff],
};

/** @throws UsageError naming the first parameter that the library must not be given */
export function checkReferenceParameters(parameters: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(parameters)) {
    const [least, most] = LIMITS[name] ?? [0, 0];
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new UsageError(
        'truth.reference-index',
        `reference index: ${name} must be a whole number from ${least} to ${most}, got ${value}`,
        { hint: 'usual values: M 8 to 64, efConstruction 100 to 800, efSearch 10 to 1000' },
      );
    }
  }
}

/** Share of the machine's memory that an index may take. */
const MEMORY_SHARE = 0.7;

/**
 * Builds a reference index, or loads the one of the same vectors, parameters and build of the library that was
 * saved before. Everything that makes the library end the process is refused here: elements that are no finite
 * numbers, parameters out of range, more neighbours than rows (fewer are asked), an index beyond the memory.
 *
 * @throws UsageError for bad parameters, shapes that do not fit, non-finite rows (the id is named), no rows, too many
 * @throws InfrastructureError `truth.reference-index` when the native index fails
 * @throws the signal's reason when it is aborted
 */
export async function openReferenceIndex(input: ReferenceIndexInput): Promise<ReferenceIndex> {
  input.signal?.throwIfAborted();
  const { documents, queries, k, M, efConstruction, seed, cacheFolder, signal } = input;
  checkReferenceParameters({ k, M, efConstruction, seed });
  const documentSquares = squaredNorms(documents, 'document');
  const querySquares = squaredNorms(queries, 'query');
  const rows = rowsOf(null, documentSquares);
  checkSizes(input, rows.length);
  const searched = queries.ids.flatMap((_, query) =>
    (querySquares[query] ?? 0) > 0 ? [query] : [],
  );
  const { dimension, values } = documents;
  const cached: CachedIndex | null =
    cacheFolder === null
      ? null
      : await lookUpIndex(
          cacheFolder,
          indexFacts({ dimension, values, rows, M, efConstruction, seed }, await hnswlibBuild()),
        );
  const load = cached?.file ?? null;
  const task: Omit<ReferenceIndexTask, 'stop'> = {
    dimension,
    documents: load === null ? values.slice() : new Float32Array(0),
    documentSquares,
    rows: rows.slice(),
    count: rows.length,
    queryValues: queries.values.slice(),
    querySquares,
    queries: searched,
    k,
    M,
    efConstruction,
    seed,
    load,
    save: load === null ? (cached?.saveTo ?? null) : null,
  };
  const worker = conversation(task, signal);
  try {
    const ready = await worker.next();
    if (ready.kind !== 'ready') throw failed('it answered out of turn');
    if (load === null) await cached?.keep(ready.buildMs);
    return {
      count: rows.length,
      searched,
      buildMs: cached?.sidecar?.buildMs ?? ready.buildMs,
      buildCpuMs: load === null ? ready.buildCpuMs : null,
      loaded: load !== null,
      distrust: cached?.distrust ?? null,
      search: async (efSearch) => {
        checkReferenceParameters({ efSearch });
        const reply = await worker.ask({ efSearch });
        if (reply.kind !== 'searched') throw failed('it answered out of turn');
        return reply;
      },
      close: worker.close,
    };
  } catch (error) {
    await worker.close();
    throw error;
  }
}

function checkSizes({ documents, queries, M }: ReferenceIndexInput, count: number): void {
  if (count === 0) {
    throw new UsageError('truth.reference-index', 'reference index: there is no row to index', {
      hint: 'every vector is zero, or there are none',
    });
  }
  if (queries.ids.length > 0 && queries.dimension !== documents.dimension) {
    throw new UsageError(
      'truth.dimension',
      `documents have ${documents.dimension} dimensions and queries ${queries.dimension}`,
      { hint: 'embed both with the same model' },
    );
  }
  const bytes = leastBytes({ count, dimension: documents.dimension, M });
  // Labels are 32 bits wide and wrap; rows of a table in memory never come near that, links may.
  if (bytes > totalmem() * MEMORY_SHARE || count > 0x7fff_ffff) {
    throw new UsageError(
      'truth.reference-index',
      `reference index: ${counted(count, 'row')} with M = ${M} need ${(bytes / 2 ** 30).toFixed(1)} GiB, more than ${MEMORY_SHARE * 100}% of this machine's memory`,
      { hint: 'use a smaller M, or a sample of the corpus' },
    );
  }
}

function failed(why: string, cause?: unknown): InfrastructureError {
  return new InfrastructureError('truth.reference-index', `the reference index failed: ${why}`, {
    hint: 'npm rebuild hnswlib-node builds the native index for this machine',
    cause,
  });
}

interface Conversation {
  /** The next answer. */
  readonly next: () => Promise<ReferenceIndexReply>;
  readonly ask: (search: ReferenceIndexSearch) => Promise<ReferenceIndexReply>;
  readonly close: () => Promise<void>;
}

function conversation(
  given: Omit<ReferenceIndexTask, 'stop'>,
  signal: AbortSignal | undefined,
): Conversation {
  const task: ReferenceIndexTask = { ...given, stop: stopFlag() };
  const worker: Worker = startWorker('reference-index-worker', task, [
    task.documents.buffer as ArrayBuffer,
    task.queryValues.buffer as ArrayBuffer,
  ]);
  const stop = () => {
    raiseStop(task.stop);
    // Wakes a thread that waits for the next search.
    worker.postMessage(null);
  };
  const over = threadEnd(worker);
  let ended: unknown = null;
  let waiting: PromiseWithResolvers<ReferenceIndexReply> | null = null;
  const end = (reason: unknown) => {
    ended ??= reason;
    waiting?.reject(ended);
    waiting = null;
    stop();
  };
  const onAbort = () => end(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  worker.on('message', (reply: ReferenceIndexReply) => {
    waiting?.resolve(reply);
    waiting = null;
  });
  worker.on('error', (cause) =>
    end(failed(cause instanceof Error ? cause.message : String(cause), cause)),
  );
  worker.on('exit', () => end(failed('its thread ended before its answer')));
  const next = (): Promise<ReferenceIndexReply> => {
    if (ended !== null) return Promise.reject(ended);
    if (waiting !== null) return Promise.reject(failed('it was asked twice at once'));
    waiting = Promise.withResolvers<ReferenceIndexReply>();
    return waiting.promise;
  };
  return {
    next,
    ask: (search) => {
      const answer = next();
      worker.postMessage(search);
      return answer;
    },
    close: async () => {
      signal?.removeEventListener('abort', onAbort);
      ended ??= failed('it was closed');
      stop();
      await over;
    },
  };
}
