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
import { connectQueue, type QueueServer } from '../../src/queue/server/connect.ts';
import { keepAlive } from '../../src/queue/server/presence.ts';
import { folderStore } from '../../src/queue/store/folder-store.ts';
import type { SharedStore } from '../../src/queue/store/shared-store.ts';
import { carryOutOnQueue } from '../../src/queue/truth/carry-out.ts';
import { writePlan } from '../../src/queue/truth/stored-lists.ts';
import { knownAnswer, selfTest } from '../../src/queue/work/self-test.ts';
import { runWorker } from '../../src/queue/work/worker.ts';
import { sha256Hex } from '../../src/record/files/write-whole.ts';
import type { ExactEngine } from '../../src/truth/engines/exact-engine.ts';
import { float64Engine } from '../../src/truth/engines/float64-engine.ts';
import { encodePlan } from '../../src/truth/plan/plan.ts';
import { documents, inBlocksOf, queries } from './small-search.ts';

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
    runWorker({ server: queue, store: own, engine, signal, lockMs: 1000 });

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

  it('told to stop while its server is away, ends', async () => {
    const own = await startQueueServer();
    const stop = new AbortController();
    const { signal } = stop;
    const away = await connectQueue({ url: own.url, env: {}, onProblem: () => {}, signal });
    const working = runWorker({ server: away, store, engine: float64Engine(), signal });
    while ((await away.queue.getWorkersCount()) === 0) await wait(50);
    await own[Symbol.asyncDispose]();
    // Until it has been sought some times.
    const sought = Promise.withResolvers<void>();
    let times = 0;
    away.redis.on('reconnecting', () => ++times === 7 && sought.resolve());
    await sought.promise;
    stop.abort();
    expect(await working).toBe(0);
    await away.close();
  }, 20_000);

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

  it('is fit though the answer to its first write was lost', async () => {
    const told: SharedStore = {
      ...store,
      putOnce: async (name, bytes) => (await store.putOnce(name, bytes)) && false,
    };
    expect(await selfTest(float64Engine(), told, queue.redis)).toMatchObject({
      isWrittenOnce: true,
    });
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
      ['truth-shard', { run, plan: hash, part: 4 }, 'is it the same store everywhere'],
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
      message: expect.stringMatching(/\(truth-shard\) failed at \S+: out of ideas/),
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
