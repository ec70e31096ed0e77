import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { truthCommand } from '../../bench/corpora/truth.ts';
import { SERVER_PROGRAM, startQueueServer } from '../../bench/experiments/scale/queue-server.ts';
import { runCommand } from '../support/run-command.ts';
import { expectSameTruth, writeCorpusInBlocks } from './corpus-in-blocks.ts';
import { truthUntilKilled } from './kills.ts';
import { startS3 } from './s3-server.ts';
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
    expect(await truthUntilKilled({ cwd, kills: 3, storeOf })).toBe(3);
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

  it('uses what lies in the store, and a worker that is told to stop ends with 0', async () => {
    await using server = await startQueueServer();
    const args = ['--queue', server.url, '--store', join(cwd, 'killed-0')];
    const worker = startWorker(args);
    expect(await worker.ready).toMatch(
      /engine \w+ gives the known lists, the clock is .* written once/,
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
