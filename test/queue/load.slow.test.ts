import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  SERVER_PROGRAM,
  startQueueServer,
  type TestServer,
} from '../../bench/experiments/scale/queue-server.ts';
import { createAnswerVariants } from '../../src/load/answers/answers.ts';
import type { PreparedSide } from '../../src/load/drive/sides.ts';
import { tallyRequests } from '../../src/load/find/requests/request-tally.ts';
import { outcomeOf } from '../../src/load/recorder.ts';
import { NO_PROGRESS } from '../../src/progress.ts';
import { machinesOnQueue } from '../../src/queue/load/machines.ts';
import { connectQueue, type QueueServer } from '../../src/queue/server/connect.ts';
import { folderStore } from '../../src/queue/store/folder-store.ts';
import { runWorker } from '../../src/queue/work/worker.ts';
import { float64Engine } from '../../src/truth/engines/float64-engine.ts';

const SCHEDULE = {
  pairCount: 2,
  requestsPerBlock: 60,
  discardPerBlock: 4,
  ratePerSecond: 400,
  process: 'poisson',
  seed: 1,
  querySeed: 1,
  queryCount: 20,
  queries: 'repeat',
  warmUpMs: 50,
} as const;

/** Answers with the path and the header that it was sent, and counts. */
async function echo(): Promise<{ server: Server; url: string; asked: () => number }> {
  let asked = 0;
  const server = createServer((request, response) => {
    asked++;
    response.end(JSON.stringify({ path: request.url, key: request.headers['x-api-key'] ?? '' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { server, url: `http://127.0.0.1:${port}`, asked: () => asked };
}

function sideOf(url: string, secret: string): PreparedSide {
  return {
    arm: {
      url,
      exchanges: Array.from({ length: 20 }, (_, query) => ({
        method: 'GET',
        path: `/${query}`,
        headers: ['accept', '*/*', 'x-api-key', secret],
        body: null,
      })),
      answers: createAnswerVariants(),
    },
    queries: [],
    masked: new Set(),
    exchangeOf: () => {
      throw new Error('not asked');
    },
    hitsOf: () => [],
  };
}

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
      note: () => {},
    });

  async function backend() {
    const made = await echo();
    backends.push(made.server);
    return made;
  }

  const machines = (sides: readonly [PreparedSide, PreparedSide], notes: string[] = []) =>
    machinesOnQueue({
      server: queue,
      store: folderStore(folder),
      count: 2,
      configuredHeaders: [['X-API-Key'], []],
      progress: { ...NO_PROGRESS, note: (line) => notes.push(line) },
      signal: new AbortController().signal,
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

  it('loads nothing that a worker was not allowed to', async () => {
    const [a, b] = [await backend(), await backend()];
    const stop = new AbortController();
    const working = [1, 2].map(() => worker([a.url], stop.signal));
    await using ready = await machines([sideOf(a.url, ''), sideOf(b.url, '')]);
    await expect(ready.send([0, 1], SCHEDULE)).rejects.toMatchObject({
      code: 'load-machines',
      message: expect.stringContaining(`may not load ${b.url}`),
    });
    expect(a.asked() + b.asked()).toBe(0);
    stop.abort();
    await Promise.all(working);
  });

  it('that loses a slice says so, and never sends it again', async () => {
    const [a, b] = [await backend(), await backend()];
    const stay = new AbortController();
    const leave = new AbortController();
    const working = [worker([a.url, b.url], stay.signal), worker([a.url, b.url], leave.signal)];
    const notes: string[] = [];
    await using ready = await machines([sideOf(a.url, ''), sideOf(b.url, '')], notes);
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
