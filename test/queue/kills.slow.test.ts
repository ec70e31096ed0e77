import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { truthCommand } from '../../bench/corpora/truth.ts';
import { SERVER_PROGRAM } from '../../bench/experiments/scale/queue-server.ts';
import { runCommand } from '../support/run-command.ts';
import { writeCorpusInBlocks } from './corpus-in-blocks.ts';
import { truthUntilKilled } from './kills.ts';
import { startS3 } from './store/s3-server.ts';

const KILLS = 30;

let cwd = '';
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'kills-'));
  if (SERVER_PROGRAM === null) return;
  const size = { rows: 200_000, queries: 2000, dimension: 128, rowsPerFile: 2500 };
  await writeCorpusInBlocks(cwd, size);
  const here = await runCommand(truthCommand, ['truth', 'corpus', '--k', '5', '--out', 'here'], {
    cwd,
  });
  expect(here).toMatchObject({ code: 0, error: null });
}, 300_000);
afterAll(() => rm(cwd, { recursive: true, force: true }));

describe.skipIf(SERVER_PROGRAM === null)('truth of 200,000 × 128 over three processes', () => {
  it('has the same bytes after 30 kills, no part lost and none counted twice', async () => {
    const done = await truthUntilKilled({
      cwd,
      kills: KILLS,
      storeOf: (round) => `store-${round}`,
    });
    expect(done.kills).toBe(KILLS);
    expect(done.restarts).toBeGreaterThanOrEqual(1);
  }, 600_000);

  it('and with the store on S3', async () => {
    await using s3 = await startS3();
    const done = await truthUntilKilled({
      cwd,
      kills: KILLS,
      storeOf: (round) => `s3://parity/${round}`,
      env: s3.env,
    });
    expect(done.kills).toBe(KILLS);
    expect(done.restarts).toBeGreaterThanOrEqual(1);
  }, 600_000);
});
