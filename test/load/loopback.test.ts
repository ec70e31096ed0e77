import type { Server, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createLawServer, fateOf, type Law } from '../../bench/experiments/load/law-server.ts';
import { createAnswerVariants } from '../../src/load/answers/answers.ts';
import { runClosedTrial, runTrial } from '../../src/load/drive/trial.ts';
import { measuredRows, tallyRequests } from '../../src/load/find/requests/request-tally.ts';
import { settleAnswers } from '../../src/load/find/requests/settle.ts';
import { outcomeOf } from '../../src/load/recorder.ts';
import type { PreparedRequest } from '../../src/wire/http/prepare.ts';
import { OUTCOME_KINDS, type OutcomeKind } from '../../src/wire/outcome.ts';

const exchange: PreparedRequest = {
  method: 'POST',
  path: '/q',
  headers: ['content-type', 'application/json'],
  body: Buffer.from('{"q":"x"}'),
};

const servers: Server[] = [];

async function serve(law: Law): Promise<string> {
  const server = createLawServer(law);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

function expected(law: Law, count: number) {
  const counts = Object.fromEntries(OUTCOME_KINDS.map((kind) => [kind, 0])) as Record<
    OutcomeKind,
    number
  >;
  for (let index = 0; index < count; index++) {
    const fate = fateOf(law, index);
    counts[
      { ok: 'ok', error: 'http', reset: 'reset', hang: 'timeout' }[fate] as keyof typeof counts
    ]++;
  }
  return counts;
}

describe('an open loop over loopback', () => {
  it('balances the tally to the request when every n-th fails in its own way', async () => {
    const law = { errorEvery: 7, resetEvery: 11, hangEvery: 13 };
    const url = await serve(law);
    const trial = await runTrial({
      arms: [{ url, exchanges: [exchange] }],
      ratePerSecond: 1000,
      durationMs: 400,
      warmUpMs: 100,
      process: 'poisson',
      seed: 1,
      deadlineMs: 2000,
    });
    const tally = tallyRequests(trial.record);
    expect(tally.balanced).toBe(true);
    expect(tally.counts).toEqual(expected(law, trial.record.schedule.count));
  });

  it('loses no request when the backend goes away in the middle: reset first, then refused', async () => {
    const url = await serve({});
    const server = servers.pop();
    const sockets: Socket[] = [];
    let seen = 0;
    const seenEnough = Promise.withResolvers<void>();
    server?.on('connection', (socket: Socket) => {
      sockets.push(socket);
      socket.on('data', () => {
        if (++seen === 50) seenEnough.resolve();
      });
    });
    const trial = runTrial({
      arms: [{ url, exchanges: [exchange] }],
      ratePerSecond: 500,
      durationMs: 400,
      warmUpMs: 0,
      process: 'constant',
      seed: 1,
      deadlineMs: 5000,
    });
    await seenEnough.promise;
    server?.close();
    for (const socket of sockets) socket.resetAndDestroy();
    const { record } = await trial;
    const { balanced, scheduled, counts } = tallyRequests(record);
    expect(balanced).toBe(true);
    expect(scheduled).toBe(200);
    expect(counts.ok + counts.reset + counts.refused).toBe(200);
    expect(counts.refused).toBeGreaterThan(50);
  });

  it('fails before the first request where nobody listens', async () => {
    const url = await serve({});
    await new Promise<void>((resolve) => servers.pop()?.close(() => resolve()));
    await expect(
      runTrial({
        arms: [{ url, exchanges: [exchange] }],
        ratePerSecond: 100,
        durationMs: 100,
        process: 'constant',
        seed: 1,
      }),
    ).rejects.toMatchObject({ code: 'load-unreachable', exitCode: 4 });
  });

  it('gives up what waits for a connection as unsent and what was written as timeout', async () => {
    const url = await serve({ hangEvery: 1 });
    const { record } = await runTrial({
      arms: [{ url, exchanges: [exchange] }],
      ratePerSecond: 2000,
      durationMs: 50,
      warmUpMs: 0,
      process: 'constant',
      seed: 1,
      deadlineMs: 400,
      limits: { initial: 3, max: 3, growthPerTick: 1 },
    });
    const { counts, balanced } = tallyRequests(record);
    expect(balanced).toBe(true);
    expect(counts.timeout + counts.unsent).toBe(100);
    expect(counts.timeout).toBeGreaterThanOrEqual(3);
    expect(counts.unsent).toBeGreaterThan(0);
    for (let row = 0; row < 100; row++) {
      const isUnsent = outcomeOf(record, row) === 'unsent';
      expect(Number.isNaN(record.writtenMs[row])).toBe(isUnsent);
    }
  });

  it('ends an interrupted run with every row accounted for', async () => {
    const url = await serve({ hangEvery: 2 });
    const { record } = await runTrial({
      arms: [{ url, exchanges: [exchange] }],
      ratePerSecond: 200,
      durationMs: 5000,
      warmUpMs: 0,
      process: 'constant',
      seed: 1,
      signal: AbortSignal.timeout(150),
    });
    const { counts, balanced, scheduled } = tallyRequests(record);
    expect(balanced).toBe(true);
    expect(scheduled).toBe(1000);
    expect(counts.unsent).toBeGreaterThan(900);
    expect(counts.timeout).toBeGreaterThan(0);
  });

  it('takes answers from the very requests that were timed, and calls an unreadable one malformed', async () => {
    const url = await serve({ errorEvery: 10 });
    const answers = createAnswerVariants();
    const { record, rows } = await runTrial({
      arms: [{ url, exchanges: [exchange], answers }],
      ratePerSecond: 500,
      durationMs: 200,
      warmUpMs: 0,
      process: 'constant',
      seed: 1,
    });
    expect(answers.variantCount(0)).toBe(1);
    const { values } = settleAnswers(record, [() => ({ recall: 1 })]);
    expect(values.filter((value) => value?.recall === 1).length).toBe(90);
    const unreadable = settleAnswers(record, [() => null]);
    expect(tallyRequests(unreadable.record, rows).counts).toMatchObject({
      ok: 0,
      malformed: 90,
      http: 10,
    });
    // What was observed stays as it was.
    expect(tallyRequests(record, rows).counts.ok).toBe(90);
  });
});

describe('a closed loop over loopback', () => {
  it('sends exactly as many requests as asked for and says that it knows service time only', async () => {
    const law = { errorEvery: 5, resetEvery: 17 };
    const url = await serve(law);
    const result = await runClosedTrial({
      arm: { url, exchanges: [exchange] },
      concurrency: 4,
      durationMs: 5000,
      maxRequests: 340,
      seed: 1,
    });
    expect(result.kind).toBe('service time only');
    expect(tallyRequests(result.record).counts).toEqual(expected(law, 340));
    expect(measuredRows(result.record).length).toBe(340);
  });
});
