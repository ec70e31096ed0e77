import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  SERVER_PROGRAM,
  startQueueServer,
  type TestServer,
} from '../../bench/experiments/scale/queue-server.ts';
import { NO_PROGRESS } from '../../src/progress.ts';
import { checkServer } from '../../src/queue/server/check-server.ts';
import { connectQueue, type QueueServer } from '../../src/queue/server/connect.ts';
import { keepAlive } from '../../src/queue/server/presence.ts';
import { folderStore } from '../../src/queue/store/folder-store.ts';
import { type SharedStore, seal } from '../../src/queue/store/shared-store.ts';
import { carryOutOnQueue } from '../../src/queue/truth/carry-out.ts';
import {
  type BlockRange,
  childrenOf,
  isShard,
  listsJobId,
} from '../../src/queue/truth/reduce-tree.ts';
import { writePlan, writeStoredLists } from '../../src/queue/truth/stored-lists.ts';
import { reduceLists } from '../../src/queue/truth/truth-reduce.ts';
import { knownAnswer } from '../../src/queue/work/self-test.ts';
import { runWorker } from '../../src/queue/work/worker.ts';
import { sha256Hex } from '../../src/record/files/write-whole.ts';
import type { ExactEngine } from '../../src/truth/engines/exact-engine.ts';
import { float64Engine } from '../../src/truth/engines/float64-engine.ts';
import { metricSpace } from '../../src/truth/metric-space.ts';
import { encodePlan, listsId } from '../../src/truth/plan/plan.ts';
import { plannedRowsOf, planSearch } from '../../src/truth/plan/planned-search.ts';
import { clustered, numbered, seeded } from '../truth/naive.ts';

const documents = numbered(clustered(seeded(1), 70, 6, 4), 6);
const queries = numbered(clustered(seeded(2), 9, 6, 4), 6);
const inBlocksOf = (rows: number) =>
  planSearch({
    documents: plannedRowsOf(documents, rows),
    documentKeys: documents.ids,
    queries,
    space: metricSpace('cosine', 1),
    longestSquare: 1,
    kPrime: 5,
    queriesPerBlock: 5,
    allowed: (keys) => {
      const mask = Uint8Array.from(keys, (key) => Number(key.slice(4)) % 2);
      return (query) => (query > 6 ? mask : null);
    },
    conditions: (query) => (query > 6 ? 'odd' : null),
  });
const search = inBlocksOf(20);
const { plan } = search;

let folder = '';
let store: SharedStore;
beforeEach(async () => {
  await rm(folder, { recursive: true, force: true });
  folder = await mkdtemp(join(tmpdir(), 'worker-'));
  store = folderStore(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** An engine that does as float64 does, until it is asked for the search of a job. */
function engineThat(does: (signal?: AbortSignal) => Promise<never>): ExactEngine {
  const own = float64Engine();
  return {
    ...own,
    topK: (input) => (input.queries.ids.length > 9 ? own.topK(input) : does(input.signal)),
  };
}

describe('the tree of merges', () => {
  it('covers every block once, at most 16 at a time, whoever computes it', () => {
    const blocksBelow = (range: BlockRange): number[] => {
      const children = childrenOf(range);
      expect(children.length).toBeLessThanOrEqual(16);
      return children.flatMap((child) => (isShard(child) ? [child.from] : blocksBelow(child)));
    };
    for (const to of [1, 2, 16, 17, 255, 256, 257, 2289]) {
      expect(blocksBelow({ from: 0, to })).toEqual(Array.from({ length: to }, (_, at) => at));
    }
  });
});

describe('the merge of lists', () => {
  const job = { run: 'r', plan: '', queryBlock: 1, from: 0, to: 4 };
  const idOf = (at: number) => listsJobId('shard', job, { from: at, to: at + 1 });

  async function shards() {
    const own = { ...job, plan: await writePlan(store, plan) };
    const { lists } = await float64Engine().topK({ documents, queries, kPrime: 5 });
    const results = new Map<string, { sha256: string; wasThere: boolean }>();
    for (let at = 0; at < 4; at++) {
      const sha256 = await writeStoredLists(store, listsId(plan, 1, at, at + 1), lists.slice(5));
      results.set(idOf(at), { sha256, wasThere: false });
    }
    return { own, results };
  }

  it('takes exactly the planned parts', async () => {
    const { own, results } = await shards();
    const one = results.get(idOf(3));
    results.delete(idOf(3));
    await expect(reduceLists(store, own, results)).rejects.toThrow('3 parts came where 4 were');
    if (one !== undefined) results.set(listsJobId('shard', job, { from: 4, to: 5 }), one);
    await expect(reduceLists(store, own, results)).rejects.toThrow('is none of them');
  });

  it('takes only what the shards gave, and nothing that is gone or damaged', async () => {
    const { own, results } = await shards();
    results.set(idOf(2), { sha256: 'f'.repeat(64), wasThere: false });
    await expect(reduceLists(store, own, results)).rejects.toThrow('not those that were made');
    const name = { kind: 'lists', hash: listsId(plan, 1, 0, 1) } as const;
    await store.remove(name);
    await store.putOnce(
      name,
      seal(Buffer.from('damaged')).map((byte) => byte ^ 1),
    );
    await expect(reduceLists(store, own, results)).rejects.toThrow('blocks 0–1 are gone');
    expect(await store.has(name)).toBe(false);
  });
});

describe('a server', () => {
  const told = (lines: readonly string[]) =>
    checkServer({ info: async () => lines.join('\r\n') } as never, 'here:1');

  it('must keep its keys and be new enough', async () => {
    const good = ['redis_version:6.2.0', 'maxmemory_policy:noeviction', 'aof_enabled:1'];
    expect(await told(good)).toEqual({ version: 'redis 6.2.0', isAppendOnly: true });
    expect(await told([...good, 'server_name:valkey', 'valkey_version:8.1.0'])).toMatchObject({
      version: 'valkey 8.1.0',
    });
    await expect(told(['redis_version:6.0.16', ...good.slice(1)])).rejects.toMatchObject({
      code: 'queue-version',
    });
    await expect(told([good[0] ?? '', 'maxmemory_policy:allkeys-lru'])).rejects.toMatchObject({
      code: 'queue-eviction',
      hint: expect.stringContaining('noeviction'),
    });
  });

  it('that is not there ends at once, and no password is shown', async () => {
    const connect = (url: string) => connectQueue({ url, env: {}, onProblem: () => {} });
    const error: unknown = await connect('redis://me:hidden-word@127.0.0.1:1').catch((e) => e);
    expect(error).toMatchObject({ code: 'queue-server', exitCode: 4 });
    const bad: unknown = await connect('postgres://me:hidden-word@host').catch((e) => e);
    expect(bad).toMatchObject({ code: 'queue-address', exitCode: 2 });
    expect(`${error} ${bad} ${JSON.stringify([error, bad])}`).not.toContain('hidden-word');
  });
});

describe.skipIf(SERVER_PROGRAM === null)('a worker', () => {
  let server: TestServer;
  let queue: QueueServer;
  beforeAll(async () => {
    server = await startQueueServer();
    queue = await connectQueue({ url: server.url, env: {}, onProblem: () => {} });
  });
  afterAll(async () => {
    await queue?.close();
    await server?.[Symbol.asyncDispose]();
  });
  beforeEach(() => queue.redis.flushall());

  const worker = (engine: ExactEngine, signal: AbortSignal, own = store) =>
    runWorker({ server: queue, store: own, engine, signal, lockMs: 1000, note: () => {} });

  /** Runs an action while a worker works. */
  async function withWorker<Value>(engine: ExactEngine, action: () => Promise<Value>) {
    const stop = new AbortController();
    const working = worker(engine, stop.signal);
    try {
      return await action();
    } finally {
      stop.abort();
      await working;
    }
  }

  it('carries out a plan, and the lists are those of one search', async () => {
    const mask = Uint8Array.from(documents.ids, (key) => Number(key.slice(4)) % 2);
    const whole = await float64Engine().topK({
      documents,
      queries,
      kPrime: 5,
      allowed: (query) => (query > 6 ? mask : null),
    });
    const lists = await withWorker(float64Engine(), () =>
      // Blocks of three rows: merges of merges.
      carryOutOnQueue(queue, store)(inBlocksOf(3), {
        progress: NO_PROGRESS,
        signal: new AbortController().signal,
      }),
    );
    expect(lists).toEqual(whole.lists);
    // Nothing of it stays in the queue.
    expect(await queue.queue.getJobCounts()).toMatchObject({ waiting: 0, failed: 0, completed: 0 });
  });

  it('with another engine fails its self-test and takes nothing', async () => {
    const own = float64Engine();
    const other: ExactEngine = {
      ...own,
      topK: async (input) => {
        const result = await own.topK(input);
        const lists = result.lists.map((list) => ({
          ...list,
          scores: list.scores.map((score) => Math.fround(score)),
        }));
        return { ...result, lists };
      },
    };
    expect(await knownAnswer(other)).not.toBe(await knownAnswer(own));
    await queue.queue.add('truth-shard', { run: 'r', plan: 'a'.repeat(64), part: 0 });
    await expect(worker(other, AbortSignal.timeout(5000))).rejects.toMatchObject({
      code: 'worker-engine',
      exitCode: 4,
    });
    expect(await queue.queue.getWaitingCount()).toBe(1);
  });

  it('with a store that loses or changes what it is given takes nothing', async () => {
    const changed: SharedStore = {
      ...store,
      get: async (name) => (await store.get(name))?.map((byte) => byte ^ 1) ?? null,
    };
    const lost: SharedStore = { ...store, putOnce: async () => true };
    for (const bad of [changed, lost]) {
      await expect(worker(float64Engine(), AbortSignal.timeout(5000), bad)).rejects.toMatchObject({
        code: 'worker-store',
      });
    }
  });

  it('refuses hostile jobs once and for all, and works on', async () => {
    const hash = await writePlan(store, plan);
    const huge = Buffer.from(JSON.stringify({ ...plan, kPrime: 2 ** 40 }));
    await store.putOnce({ kind: 'plans', hash: sha256Hex(huge) }, huge);
    await store.putOnce({ kind: 'plans', hash: 'e'.repeat(64) }, encodePlan(plan));
    const [block] = plan.documents;
    await store.putOnce({ kind: 'blocks', hash: block?.sha256 ?? '' }, Buffer.from('other bytes'));
    for (const { sha256, readBytes } of search.queries) {
      await store.putOnce({ kind: 'blocks', hash: sha256 }, await readBytes());
    }
    const run = 'hostile';
    await using _alive = await keepAlive(queue.redis, run);
    const hostile: [string, object, string][] = [
      ['truth-shard', { run, plan: '../../etc/passwd', part: 0 }, 'plan: Invalid string'],
      ['truth-shard', { run, plan: hash, part: 0, extra: 1 }, 'Unrecognized key'],
      ['truth-shard', { run, plan: hash, part: 4000 }, 'has no part 4000'],
      ['truth-shard', { run, plan: hash, part: 0 }, 'other bytes than its hash'],
      ['truth-shard', { run, plan: hash, part: 4 }, 'no block'],
      ['truth-shard', { run, plan: sha256Hex(huge), part: 0 }, 'out of bounds'],
      ['truth-shard', { run, plan: 'e'.repeat(64), part: 0 }, 'other bytes than its hash'],
      ['truth-reduce', { run, plan: hash, queryBlock: 9, from: 0, to: 4 }, 'no such lists'],
      ['rm -rf', { run }, 'no job is called'],
    ];
    await withWorker(float64Engine(), async () => {
      const jobs = await queue.queue.addBulk(
        hostile.map(([name, data]) => ({ name, data, opts: { attempts: 3 } })),
      );
      for (const [at, job] of jobs.entries()) {
        while (!(await job.isFailed())) await wait(20);
        const failed = await queue.queue.getJob(job.id ?? '');
        expect(failed?.failedReason, String(at)).toContain(hostile[at]?.[2]);
        expect(failed?.attemptsMade).toBe(1);
      }
    });
  });

  it('that fails three times in a job fails the whole with the reason', async () => {
    const engine = engineThat(async () => {
      throw new Error('out of ideas');
    });
    const carrying = withWorker(engine, () =>
      carryOutOnQueue(queue, store)(search, {
        progress: NO_PROGRESS,
        signal: new AbortController().signal,
      }),
    );
    await expect(carrying).rejects.toMatchObject({
      code: 'queue-job',
      exitCode: 4,
      message: expect.stringContaining('(truth-shard) failed: out of ideas'),
    });
  });

  it('that is told to stop gives its job back at once', async () => {
    const started = Promise.withResolvers<void>();
    const engine = engineThat(async (signal) => {
      started.resolve();
      await wait(60_000, undefined, signal === undefined ? {} : { signal });
      throw new Error('was not stopped');
    });
    const own = new AbortController();
    const carrying = carryOutOnQueue(queue, store)(search, {
      progress: NO_PROGRESS,
      signal: own.signal,
    });
    await withWorker(engine, () => started.promise);
    const counts = await queue.queue.getJobCounts();
    expect(counts).toMatchObject({ active: 0, failed: 0 });
    expect(counts.waiting).toBe(plan.parts.length);
    own.abort(new Error('enough'));
    await expect(carrying).rejects.toThrow();
    // What was not begun is taken off the queue.
    expect(await queue.queue.getJobCounts()).toMatchObject({ waiting: 0, 'waiting-children': 0 });
  });

  it('refuses what nobody waits for any more', async () => {
    const run = 'over';
    await (await keepAlive(queue.redis, run))[Symbol.asyncDispose]();
    const hash = await writePlan(store, plan);
    const job = await queue.queue.add('truth-shard', { run, plan: hash, part: 0 });
    await withWorker(float64Engine(), async () => {
      while (!(await job.isFailed())) await wait(20);
    });
    const failed = await queue.queue.getJob(job.id ?? '');
    expect(failed?.failedReason).toContain('nobody waits for the run over');
  });
});
