import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  SERVER_PROGRAM,
  startQueueServer,
  type TestServer,
} from '../../../bench/experiments/scale/queue-server.ts';
import { runRamp } from '../../../src/load/drive/ramp.ts';
import type { PreparedSide } from '../../../src/load/drive/sides.ts';
import { tallyRequests } from '../../../src/load/find/requests/request-tally.ts';
import type { ObservedPass } from '../../../src/load/record/observed.ts';
import { outcomeOf } from '../../../src/load/recorder.ts';
import { NO_PROGRESS } from '../../../src/progress.ts';
import { machinesOnQueue } from '../../../src/queue/load/machines.ts';
import { connectQueue, type QueueServer } from '../../../src/queue/server/connect.ts';
import { folderStore } from '../../../src/queue/store/folder-store.ts';
import { runWorker } from '../../../src/queue/work/worker.ts';
import { float64Engine } from '../../../src/truth/engines/float64-engine.ts';
import { echo, QUERY_COUNT, sideOf } from './echo-backend.ts';

const SCHEDULE = {
  shape: 'blocks',
  pairCount: 2,
  requestsPerBlock: 60,
  discardPerBlock: 4,
  ratePerSecond: 400,
  process: 'poisson',
  seed: 1,
  querySeed: 1,
  queryCount: QUERY_COUNT,
  queries: 'repeat',
  warmUpMs: 50,
} as const;

describe.skipIf(SERVER_PROGRAM === null)('a load from several machines', () => {
  let server: TestServer;
  let queue: QueueServer;
  let folder = '';
  const backends: Server[] = [];
  beforeAll(async () => {
    server = await startQueueServer();
    queue = await connectQueue({ url: server.url, env: {}, onProblem: () => {} });
    folder = await mkdtemp(join(tmpdir(), 'load-'));
  });
  afterAll(async () => {
    for (const backend of backends) backend.close();
    await queue?.close();
    await server?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => queue.redis.flushall());

  const worker = (origins: readonly string[], signal: AbortSignal) =>
    runWorker({
      server: queue,
      store: folderStore(folder),
      engine: float64Engine(),
      signal,
      lockMs: 1000,
      rights: {
        origins: new Set(origins),
        env: { INCUMBENT_HEADER_X_API_KEY: 'hidden-a', CANDIDATE_HEADER_X_API_KEY: 'hidden-b' },
      },
    });

  async function backend() {
    const made = await echo();
    backends.push(made.server);
    return made;
  }

  const machines = (
    sides: readonly [PreparedSide, PreparedSide],
    {
      notes = [],
      signal = new AbortController().signal,
      ...more
    }: { notes?: string[]; signal?: AbortSignal; count?: number; waitMs?: number } = {},
  ) =>
    machinesOnQueue({
      server: queue,
      store: folderStore(folder),
      count: 2,
      configuredHeaders: [['X-API-Key'], []],
      progress: { ...NO_PROGRESS, note: (line) => notes.push(line) },
      signal,
      ...more,
    })(sides, { deadlineMs: 2000, pace: 'eco' });

  it('sends every request once, merges what came back, and writes no secret', async () => {
    const [a, b] = [await backend(), await backend()];
    const sides = [sideOf(a.url, 'hidden-a'), sideOf(b.url, 'hidden-b')] as const;
    const stop = new AbortController();
    const working = [1, 2].map(() => worker([a.url, b.url], stop.signal));
    await using ready = await machines(sides);
    const sent = await ready.send([0, 1], SCHEDULE);
    const { counts, scheduled, balanced } = tallyRequests(sent.record);
    expect(balanced).toBe(true);
    expect(counts.ok).toBe(scheduled);
    expect(a.asked() + b.asked()).toBe(scheduled);
    expect(sent.machines.map(({ health }) => health !== null)).toEqual([true, true]);
    expect(sent.blocks).toHaveLength(4);
    // Bodies of both machines together: one a query, with the secret that each machine had.
    for (const [side, word] of [
      [0, 'hidden-a'],
      [1, 'hidden-b'],
    ] as const) {
      const { answers } = sides[side].arm;
      const [query = -1] = Array.from({ length: 20 }, (_, at) => at).filter(
        (at) => answers.variantCount(at) > 0,
      );
      expect(answers.variantCount(query)).toBe(1);
      expect(Buffer.from(answers.variant(query, 1)).toString()).toBe(
        `{"path":"/${query}","key":"${word}"}`,
      );
    }
    const again = await ready.send([0, 0], SCHEDULE);
    expect(tallyRequests(again.record).counts.ok).toBe(scheduled);
    stop.abort();
    await Promise.all(working);
    const shared = join(folder, 'load');
    const bytes = await Promise.all(
      (await readdir(shared)).map((name) => readFile(join(shared, name))),
    );
    // Answers are what the backend said: this one repeats what it was sent.
    const requests = bytes.map(String).filter((text) => text.includes('"exchanges"'));
    expect(requests.length).toBe(2);
    expect(requests.join('')).not.toContain('hidden');
  });

  it('sends a ramp to one side after the other, every request once', async () => {
    const [a, b] = [await backend(), await backend()];
    const stop = new AbortController();
    const working = [1, 2].map(() => worker([a.url, b.url], stop.signal));
    await using ready = await machines([sideOf(a.url, ''), sideOf(b.url, '')]);
    const passes: ObservedPass[] = [];
    await runRamp({
      arms: [sideOf(a.url, '').arm, sideOf(b.url, '').arm],
      ramp: { fromPerSecond: 50, toPerSecond: 450, durationMs: 1000 },
      ...{ process: 'poisson', seed: 1, warmUpMs: 100, machines: ready },
      onPass: async (pass) => void passes.push(pass),
    });
    stop.abort();
    await Promise.all(working);
    expect(passes.map(({ arm }) => arm).toSorted()).toEqual([0, 0, 1, 1]);
    for (const { record, machines: seen } of passes) {
      const { counts, scheduled } = tallyRequests(record);
      expect(counts.ok).toBe(scheduled);
      expect(seen?.map(({ health }) => health !== null)).toEqual([true, true]);
    }
    const of = (side: 0 | 1) =>
      passes.filter(({ arm }) => arm === side).map(({ record }) => record.schedule.count);
    expect(of(0).reduce((sum, count) => sum + count, 0)).toBe(a.asked());
    expect(of(1)).toEqual(of(0));
  });

  it('ends at the workers too when whoever began it is gone', async () => {
    const [a, b] = [await backend(), await backend()];
    const stop = new AbortController();
    const own = new AbortController();
    const working = [1, 2].map(() => worker([a.url, b.url], stop.signal));
    const ready = await machines([sideOf(a.url, ''), sideOf(b.url, '')], { signal: own.signal });
    const sending = ready.send([0, 1], { ...SCHEDULE, requestsPerBlock: 2000 });
    while (a.asked() + b.asked() < 50) await wait(10);
    own.abort(new Error('enough'));
    await expect(sending).rejects.toThrow();
    await ready[Symbol.asyncDispose]();
    // Both give up within some seconds what would take 20.
    while ((await queue.queue.getJobCounts()).active !== 0) await wait(50);
    expect(a.asked() + b.asked()).toBeLessThan(6000);
    stop.abort();
    await Promise.all(working);
  });

  it('is put by the workers that may, and by no other', async () => {
    const [a, b] = [await backend(), await backend()];
    const stop = new AbortController();
    const working = [[a.url], [a.url, b.url], []].map((may) => worker(may, stop.signal));
    const sides = [sideOf(a.url, ''), sideOf(b.url, '')] as const;
    const notes: string[] = [];
    await using alone = await machines(sides, { count: 1 });
    const { record } = await alone.send([0, 1], SCHEDULE);
    expect(tallyRequests(record).counts.ok).toBe(a.asked() + b.asked());
    const asked = a.asked() + b.asked();
    await using ready = await machines(sides, { waitMs: 1500, notes });
    await expect(ready.send([0, 1], SCHEDULE)).rejects.toMatchObject({
      code: 'load-machines',
      message: expect.stringContaining('1 of 2 machines are ready, 1 worker may load'),
      hint: expect.stringContaining(`--may-load ${a.url},${b.url}`),
    });
    expect(notes.join()).toContain('waiting');
    expect(a.asked() + b.asked()).toBe(asked);
    stop.abort();
    await Promise.all(working);
  });

  it('that loses a slice says so, and never sends it again', async () => {
    const [a, b] = [await backend(), await backend()];
    const stay = new AbortController();
    const leave = new AbortController();
    const working = [worker([a.url, b.url], stay.signal), worker([a.url, b.url], leave.signal)];
    const notes: string[] = [];
    await using ready = await machines([sideOf(a.url, ''), sideOf(b.url, '')], { notes });
    const sending = ready.send([0, 1], { ...SCHEDULE, requestsPerBlock: 250 });
    while (a.asked() + b.asked() < 50) await wait(10);
    leave.abort();
    const sent = await sending;
    const lost = sent.machines.filter(({ health }) => health === null);
    expect(lost).toHaveLength(1);
    expect(notes.join()).toMatch(/the slice of machine [12] was lost/);
    const outcomes = Array.from({ length: sent.record.schedule.count }, (_, row) =>
      outcomeOf(sent.record, row),
    );
    const unsent = outcomes.filter((outcome) => outcome === 'unsent').length;
    expect(unsent).toBeGreaterThan(outcomes.length / 4);
    expect(a.asked() + b.asked()).toBeLessThan(outcomes.length);
    stay.abort();
    await Promise.all(working);
  });
});
