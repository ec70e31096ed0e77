import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { truthCommand } from '../../bench/corpora/truth.ts';
import { SERVER_PROGRAM, startQueueServer } from '../../bench/experiments/scale/queue-server.ts';
import { connectQueue } from '../../src/queue/server/connect.ts';
import { runCommand } from '../support/run-command.ts';
import { expectSameTruth, writeCorpusInBlocks } from './corpus-in-blocks.ts';
import { truthUntilKilled } from './kills.ts';
import { startS3 } from './store/s3-server.ts';
import { startWorker } from './worker-process.ts';

let cwd = '';
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'queued-'));
  if (SERVER_PROGRAM === null) return;
  await writeCorpusInBlocks(cwd, { rows: 12_000, queries: 600, dimension: 32, rowsPerFile: 1000 });
  const here = await runCommand(truthCommand, ['truth', 'corpus', '--k', '5', '--out', 'here'], {
    cwd,
  });
  expect(here).toMatchObject({ code: 0, error: null });
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

describe.skipIf(SERVER_PROGRAM === null)('truth over worker processes', () => {
  it('is byte for byte that of one process while workers are killed with -9 and the server restarts', async () => {
    const storeOf = (round: number) => `killed-${round}`;
    expect((await truthUntilKilled({ cwd, kills: 3, storeOf })).kills).toBe(3);
  });

  it('is the same with the store on S3', async () => {
    await using s3 = await startS3();
    await using server = await startQueueServer();
    const args = ['--queue', server.url, '--store', 's3://parity/truth'];
    const worker = startWorker(args, s3.env);
    const result = await runCommand(
      truthCommand,
      ['truth', 'corpus', '--k', '5', '--out', 'on-s3', ...args],
      { cwd, env: s3.env },
    );
    await worker.end('SIGTERM');
    expect(result).toMatchObject({ code: 0, error: null });
    await expectSameTruth(cwd, 'on-s3');
  });

  it('says once that the server is away, and a signal ends the worker meanwhile', async () => {
    await using server = await startQueueServer();
    const worker = startWorker(['--queue', server.url, '--store', join(cwd, 'away')]);
    await worker.ready;
    await server.kill();
    await wait(3000);
    expect(await worker.end('SIGTERM')).toBe(0);
    expect(worker.said().match(/is away/g)).toHaveLength(1);
  });

  it('says once that the server is away and that it is back, and Ctrl-C ends the command meanwhile', async () => {
    await using server = await startQueueServer();
    const queue = await connectQueue({ url: server.url, env: {}, onProblem: () => {} });
    const stop = new AbortController();
    const args = ['--queue', server.url, '--store', join(cwd, 'away')];
    const running = runCommand(truthCommand, ['truth', 'corpus', '--out', 'away', ...args], {
      ...{ cwd, signal: stop.signal },
    });
    while ((await queue.queue.getWaitingCount()) === 0) await wait(20);
    await server.kill();
    await wait(3000);
    await server.restart();
    while ((await queue.queue.getWaitingCount()) === 0) await wait(20);
    // Long enough for the command to notice as well.
    await wait(3000);
    await queue.close();
    await server.kill();
    await wait(3000);
    stop.abort();
    const { code, stderr } = await running;
    expect(code).toBe(130);
    expect(stderr.match(/is away/g)).toHaveLength(2);
    expect(stderr.match(/is back/g)).toHaveLength(1);
  });

  it('uses what lies in the store, and a worker that is told to stop ends with 0', async () => {
    await using server = await startQueueServer();
    const args = ['--queue', server.url, '--store', join(cwd, 'killed-0')];
    const worker = startWorker(args);
    expect(await worker.ready).toMatch(
      /the clock is .* off the server's[\s\S]* refuses to write an object twice[\s\S]*engine \w+ gives the known lists/,
    );
    const result = await runCommand(
      truthCommand,
      ['truth', 'corpus', '--k', '5', '--out', 'again', ...args],
      { cwd },
    );
    expect(result).toMatchObject({ code: 0, error: null });
    await expectSameTruth(cwd, 'again');
    expect(await worker.end('SIGTERM')).toBe(0);
  });
});
