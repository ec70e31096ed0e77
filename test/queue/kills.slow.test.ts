import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { truthCommand } from '../../bench/corpora/truth.ts';
import { SERVER_PROGRAM } from '../../bench/experiments/scale/queue-server.ts';
import { runCommand } from '../support/run-command.ts';
import { expectSameTruth, writeCorpusInBlocks } from './corpus-in-blocks.ts';
import { truthWhileKilled } from './kills.ts';
import { startS3 } from './s3-server.ts';

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

/** Truth again and again, each time in a new store, until 30 workers were killed at work. */
async function untilKilledOften(
  storeOf: (round: number) => string,
  env: Readonly<Record<string, string>>,
): Promise<number> {
  let killed = 0;
  for (let round = 0; killed < KILLS && round < 20; round++) {
    const out = `out-${storeOf(round).replace(/\W+/g, '-')}`;
    const { result, kills } = await truthWhileKilled({
      cwd,
      store: storeOf(round),
      out,
      kills: KILLS - killed,
      seed: round,
      env,
    });
    expect(result).toMatchObject({ code: 0, error: null });
    await expectSameTruth(cwd, out);
    killed += kills;
  }
  return killed;
}

describe.skipIf(SERVER_PROGRAM === null)('truth of 200,000 × 128 over three processes', () => {
  it('has the same bytes after 30 kills, no part lost and none counted twice', async () => {
    expect(await untilKilledOften((round) => `store-${round}`, {})).toBe(KILLS);
  }, 600_000);

  it('and with the store on S3', async () => {
    await using s3 = await startS3();
    expect(await untilKilledOften((round) => `s3://parity/${round}`, s3.env)).toBe(KILLS);
  }, 600_000);
});
