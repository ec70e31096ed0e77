import { join } from 'node:path';
import { NO_PROGRESS } from '../../../src/progress.ts';
import { connectQueue } from '../../../src/queue/server/connect.ts';
import { folderStore } from '../../../src/queue/store/folder-store.ts';
import type { SharedStore } from '../../../src/queue/store/shared-store.ts';
import { carryOutOnQueue } from '../../../src/queue/truth/carry-out.ts';
import { listsJobId } from '../../../src/queue/truth/reduce-tree.ts';
import { writePlan } from '../../../src/queue/truth/stored-lists.ts';
import { reduceLists } from '../../../src/queue/truth/truth-reduce.ts';
import { shardSearcher } from '../../../src/queue/truth/truth-shard.ts';
import type { JobResult } from '../../../src/queue/work/jobs.ts';
import { knownAnswer } from '../../../src/queue/work/self-test.ts';
import type { VectorTable } from '../../../src/record/types.ts';
import { steadyEngine } from '../../../src/truth/exact.ts';
import { metricSpace } from '../../../src/truth/metric-space.ts';
import type { TruthPlan } from '../../../src/truth/plan/plan.ts';
import {
  type PlannedSearch,
  plannedRowsOf,
  planSearch,
} from '../../../src/truth/plan/planned-search.ts';
import { clusteredRows } from '../size/clustered-vectors.ts';
import { scratchFolder } from '../size/scratch.ts';
import { type Check, median, packageVersion, runScript, table } from '../support.ts';
import { startQueueServer } from './queue-server.ts';
import { startWorker } from './worker-child.ts';

/*
 * Exact truth by one worker and by two, of one thread each, over a queue; and the same shards by the same engine in
 * this process. Sides take turns within a run; ratios are of one round, and the middle one counts.
 *
 *   node --conditions=source bench/experiments/scale/two-workers.ts [--out FILE]
 */

const DIMENSION = 768;
const SHARDS = 12;
const ROWS = 12_288;
const K_PRIME = 50;
const ROUNDS = 3;
/** How long one shard takes one thread at first; later ones find warm memory and take about two thirds. */
const SHARD_MS = 1400;

const rows = clusteredRows(DIMENSION, 1);
const tableOf = (name: string, count: number): VectorTable => ({
  ids: Array.from({ length: count }, (_, row) => `${name}/${row}`),
  dimension: DIMENSION,
  values: rows.next(count),
});

/** The same shards and the same merge from the same store, in this process: what differs is the queue. */
async function carryOutHere(plan: TruthPlan, store: SharedStore, threads = 1) {
  const engine = steadyEngine(Number.POSITIVE_INFINITY, undefined, { threads });
  // As a worker does before it takes anything: threads and library are there then.
  await knownAnswer(engine);
  const names = { run: 'here', plan: await writePlan(store, plan), queryBlock: 0 };
  const { signal } = new AbortController();
  const searcher = shardSearcher(store, engine);
  const results = new Map<string, JobResult>();
  const shardMs: number[] = [];
  const startedMs = performance.now();
  for (const part of plan.parts.keys()) {
    const beganMs = performance.now();
    const result = await searcher.carryOut({ run: names.run, plan: names.plan, part }, signal);
    results.set(listsJobId('shard', names, { from: part, to: part + 1 }), result);
    shardMs.push(performance.now() - beganMs);
  }
  await reduceLists(store, { ...names, from: 0, to: plan.documents.length }, results);
  const elapsedMs = performance.now() - startedMs;
  await searcher.close();
  await engine.close();
  return { elapsedMs, shardMs: median(shardMs), name: engine.name };
}

function firstRows({ ids, dimension, values }: VectorTable, count: number): VectorTable {
  return { ids: ids.slice(0, count), dimension, values: values.subarray(0, count * dimension) };
}

function searchOf(documents: VectorTable, queries: VectorTable): PlannedSearch {
  return planSearch({
    documents: plannedRowsOf(documents, ROWS),
    documentKeys: documents.ids,
    queries,
    space: metricSpace('cosine', 1),
    longestSquare: 1,
    kPrime: K_PRIME,
    allowed: () => () => null,
    conditions: () => null,
  });
}

await runScript(
  'Truth over a queue: two workers against one',
  async (print): Promise<readonly Check[]> => {
    await using scratch = await scratchFolder('scale');
    await using server = await startQueueServer();
    const documents = tableOf('row', SHARDS * ROWS);
    const queue = await connectQueue({ url: server.url, env: {}, onProblem: () => {} });
    let stores = 0;
    const storeWith = async ({ documents: blocks, queries }: PlannedSearch) => {
      const path = join(scratch.path, `store-${stores++}`);
      const store = folderStore(path);
      for (const { sha256, readBytes } of [...blocks, ...queries]) {
        await store.putOnce({ kind: 'blocks', hash: sha256 }, await readBytes());
      }
      return { path, store };
    };
    const probe = searchOf(firstRows(documents, 4 * ROWS), tableOf('query', 1024));
    const first = await carryOutHere(probe.plan, (await storeWith(probe)).store);
    const count = Math.min(8192, Math.round((1024 * SHARD_MS) / first.shardMs / 64) * 64);
    const search = searchOf(documents, tableOf('query', count));
    const overQueue = async (workers: number): Promise<number> => {
      const { path, store } = await storeWith(search);
      await using stack = new AsyncDisposableStack();
      for (let at = 0; at < workers; at++) stack.use(await startWorker(server.url, path));
      const startedMs = performance.now();
      await carryOutOnQueue(queue, store)(search, {
        progress: NO_PROGRESS,
        signal: new AbortController().signal,
      });
      return performance.now() - startedMs;
    };
    const rounds: { threads: number; here: number; shard: number; one: number; two: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const here = await carryOutHere(search.plan, (await storeWith(search)).store);
      const threads = await carryOutHere(search.plan, (await storeWith(search)).store, 2);
      const one = await overQueue(1);
      const two = await overQueue(2);
      rounds.push({
        here: here.elapsedMs,
        threads: threads.elapsedMs,
        shard: here.shardMs,
        one,
        two,
      });
    }
    await queue.close();
    print(
      `${SHARDS} shards of ${ROWS} × ${DIMENSION} documents and ${count} queries, k′ = ${K_PRIME}, engine ${first.name}, one thread a worker. ${queue.facts.version} with an append-only file, the store a folder on this machine. Seconds from the plan to the merged lists; vectors lie in the store already. In process: the same shards and the same merge from the same store, without the queue; with two threads it shows what two cores of this machine give at all.\n`,
    );
    const seconds = (ms: number) => (ms / 1000).toFixed(2);
    print(
      table([
        [
          'round',
          'one shard',
          'in process',
          'with two threads',
          'one worker',
          'two workers',
          'two over one',
          'queue over process',
        ],
        ...rounds.map(({ here, threads, shard, one, two }, at) => [
          at + 1,
          seconds(shard),
          seconds(here),
          seconds(threads),
          seconds(one),
          seconds(two),
          `${(one / two).toFixed(2)} ×`,
          `${(100 * (one / here - 1)).toFixed(1)} %`,
        ]),
      ]),
    );
    const speedup = median(rounds.map(({ one, two }) => one / two));
    const overhead = median(rounds.map(({ one, here }) => one / here - 1));
    return [
      {
        what: 'two workers over one, median of the rounds',
        value: `${speedup.toFixed(2)} ×`,
        bound: '≥ 1.7 ×',
        holds: speedup >= 1.7,
      },
      {
        what: 'overhead of the queue, one worker over this process',
        value: `${(100 * overhead).toFixed(1)} %`,
        bound: '≤ 3 %',
        holds: overhead <= 0.03,
      },
    ];
  },
  [`bullmq ${packageVersion('bullmq')}`],
);
