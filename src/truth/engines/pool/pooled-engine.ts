import { availableParallelism } from 'node:os';
import type { VectorTable } from '../../../record/types.ts';
import { checkTable, nonFiniteRow } from '../../cosine.ts';
import { checkUnique } from '../../key-order.ts';
import type {
  ExactEngine,
  ExactIndex,
  ExactInput,
  ExactQueries,
  ExactResult,
} from '../exact-engine.ts';
import { createSharedFloors } from '../integer/shared-floors.ts';
import { exactResult, prepareQueries } from '../prepare.ts';
import { listMerger } from './list-merger.ts';
import type { EngineTuning, PooledEngineName } from './protocol.ts';
import { sharedScratch } from './share-values.ts';
import { workerPool } from './worker-pool.ts';

/** Settings of an engine that works in threads. */
export interface PoolOptions extends Partial<EngineTuning> {
  /** Threads, one shard of the rows each; as many as there are cores. */
  readonly threads?: number;
  /** Rows below which a shard is not worth a thread. */
  readonly minRowsPerShard?: number;
  /** Most values a thread holds at once in `topK`: larger corpora pass through in several rounds. */
  readonly maxValuesPerShard?: number;
}

/** An engine in threads: it starts with the first search or `ready`, after a self-test of each thread. */
export interface PooledEngine extends ExactEngine {
  readonly open: (documents: VectorTable) => Promise<ExactIndex>;
  readonly ready: () => Promise<void>;
}

interface Shard {
  readonly id: number;
  readonly thread: number;
  readonly from: number;
  readonly to: number;
}

const ROWS_WORTH_A_THREAD = 1024;
/** 1 GiB of float32. */
const VALUES_PER_SHARD = 2 ** 28;
/** Shared memory of documents, and of queries, that is kept for the next ones. */
const MOST_SPARE_BYTES = 2 ** 30;

/**
 * Exact lists by a filter in threads, one shard of the rows each, with float64 scores: equal to
 * `float64Engine` to the bit. Where no thread can be had, or its self-test fails, it cannot be used.
 *
 * @throws InfrastructureError `truth.NAME` from `ready`, `open` and `topK` where the engine cannot be used
 */
export function pooledEngine(
  name: PooledEngineName,
  defaults: EngineTuning,
  options: PoolOptions = {},
): PooledEngine {
  const {
    threads = availableParallelism(),
    minRowsPerShard = ROWS_WORTH_A_THREAD,
    maxValuesPerShard = VALUES_PER_SHARD,
    ...given
  } = options;
  const pool = workerPool(threads, { engine: name, tuning: { ...defaults, ...given } });
  const corpora = sharedScratch(MOST_SPARE_BYTES);
  const asked = sharedScratch(MOST_SPARE_BYTES);
  let lastShard = 0;

  function cut(rowCount: number, parts: number): Shard[] {
    return Array.from({ length: parts }, (_, i) => ({
      id: ++lastShard,
      thread: i % threads,
      from: Math.floor((i * rowCount) / parts),
      to: Math.floor(((i + 1) * rowCount) / parts),
    }));
  }

  /** The corpus in shared memory, its norms to be filled in by the threads. */
  async function prepareCorpus(documents: VectorTable) {
    checkTable(documents, 'document');
    checkUnique(documents.ids);
    const values = await corpora.share(documents.values);
    const squares = new Float64Array(new SharedArrayBuffer(documents.ids.length * 8));
    return { documents, values, squares };
  }

  type SharedCorpus = Awaited<ReturnType<typeof prepareCorpus>>;

  async function load({ documents, values, squares }: SharedCorpus, shard: Shard): Promise<void> {
    const { id, thread, from, to } = shard;
    const { dimension, ids } = documents;
    const source = {
      dimension,
      values: values.subarray(from * dimension, to * dimension),
      squares: squares.subarray(from, to),
    };
    const reply = await pool.run(thread, { kind: 'load', shard: id, source });
    if (reply.kind === 'loaded' && reply.nonFinite !== null) {
      throw nonFiniteRow(ids, from + reply.nonFinite, 'document');
    }
  }

  async function unload({ id, thread }: Shard): Promise<void> {
    await pool.run(thread, { kind: 'unload', shard: id });
  }

  /** Puts queries to shards; `each` sees to a shard being loaded around its search. */
  async function search(
    corpus: SharedCorpus,
    shards: readonly Shard[],
    ask: ExactQueries,
    each: (shard: Shard, work: () => Promise<void>) => Promise<void>,
  ): Promise<ExactResult> {
    const { signal, queries, kPrime } = ask;
    const { documents, squares } = corpus;
    signal?.throwIfAborted();
    const prepared = prepareQueries(documents, ask);
    const { querySquares, groups } = prepared;
    const merger = listMerger(documents.ids, queries.ids.length, kPrime);
    const shares = new Float64Array(shards.length);
    const values = await asked.share(queries.values);
    const floors = createSharedFloors(queries.ids.length);
    const searchOne = async (shard: Shard, place: number) => {
      const { id, thread, from, to } = shard;
      const own = groups.map(({ bitmap, queries }) => ({
        bitmap: bitmap?.slice(from, to) ?? null,
        queries,
      }));
      const reply = await pool.run(
        thread,
        {
          kind: 'search',
          shard: id,
          ask: { queries: values, querySquares, groups: own, kPrime, floors },
          progress: ask.onProgress !== undefined,
        },
        (share) => {
          shares[place] = share;
          ask.onProgress?.(shares.reduce((sum, one) => sum + one, 0) / shards.length);
        },
      );
      if (reply.kind === 'found') merger.add(from, reply.lists);
      shares[place] = 1;
    };
    const lanes = Array.from({ length: threads }, async (_, thread) => {
      for (const [place, shard] of shards.entries()) {
        if (shard.thread === thread) await each(shard, () => searchOne(shard, place));
      }
    });
    await abortable(Promise.all(lanes), signal);
    // Not after a failure: threads that are about to end may still read it.
    asked.release(values);
    ask.onProgress?.(1);
    const figures = { ...prepared, documentSquares: squares };
    const { lists, widenedQueries } = merger.finish();
    return exactResult({
      engine: name,
      documents,
      queries,
      prepared: figures,
      selected: lists,
      widenedQueries,
    });
  }

  /** A native call cannot be interrupted: the threads go, and the next search starts others. */
  async function abortable(work: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
    if (signal === undefined) {
      await work;
      return;
    }
    const { promise, reject } = Promise.withResolvers<never>();
    const onAbort = () => {
      reject(signal.reason);
      void pool.stop();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    try {
      await Promise.race([work, promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
      work.catch(() => {});
    }
  }

  function partsFor(rowCount: number): number {
    return Math.min(threads, Math.ceil(rowCount / minRowsPerShard));
  }

  async function topK(input: ExactInput): Promise<ExactResult> {
    input.signal?.throwIfAborted();
    const corpus = await prepareCorpus(input.documents);
    const rowCount = input.documents.ids.length;
    const rounds = Math.ceil(input.documents.values.length / (maxValuesPerShard * threads));
    const shards = cut(rowCount, partsFor(rowCount) * Math.max(1, rounds));
    const result = await search(corpus, shards, input, async (shard, work) => {
      await load(corpus, shard);
      try {
        await work();
      } finally {
        await unload(shard);
      }
    });
    corpora.release(corpus.values);
    return result;
  }

  async function open(documents: VectorTable): Promise<ExactIndex> {
    const corpus = await prepareCorpus(documents);
    const shards = cut(documents.ids.length, partsFor(documents.ids.length));
    await Promise.all(shards.map((shard) => load(corpus, shard)));
    return {
      topK: (ask) => search(corpus, shards, ask, (_, work) => work()),
      close: async () => {
        await Promise.all(shards.map(unload));
        corpora.release(corpus.values);
      },
    };
  }

  return { name, topK, open, ready: pool.start, close: pool.stop };
}
