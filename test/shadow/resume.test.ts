import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openRun } from '../../src/record/run/open-run.ts';
import { rescore } from '../../src/rescore.ts';
import { temporaryFolder } from '../record/fixtures.ts';
import { startShadow, stubPair } from './rig.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end().catch(() => {});
});

async function pairThere() {
  const pair = await stubPair(() => null);
  ends.push(pair.incumbent.kill, pair.candidate.kill);
  return pair;
}

test('a shadow is gone on with over the backends that it was begun with, and over no others', async () => {
  const pair = await pairThere();
  const running = await startShadow(pair);
  const { runFolder, runs } = running;
  await running.stop();
  const other = await pairThere();
  for (const sides of [
    { ...pair, candidate: other.candidate },
    { ...pair, incumbent: other.incumbent },
  ]) {
    await expect(startShadow(sides, { runs, resume: runFolder })).rejects.toMatchObject({
      code: 'resume-sides',
      exitCode: 2,
      message: expect.stringMatching(/was begun with another (candidate|incumbent): url /),
    });
  }
  const named = { incumbent: null, candidate: null };
  await expect(startShadow(pair, { runs, resume: runFolder, named })).rejects.toMatchObject({
    code: 'resume-sides',
  });
  await (await startShadow(pair, { runs, resume: runFolder })).stop();
  expect((await openRun(runFolder)).manifest?.status).toBe('interrupted');
});

test('a shadow that was killed before its plan takes one when it is gone on with', async () => {
  const pair = await pairThere();
  const runs = await temporaryFolder();
  const killed = join(runs, 'killed');
  await mkdir(killed);
  await writeFile(join(killed, 'journal.jsonl'), '');
  await (await startShadow(pair, { runs, resume: killed })).stop();
  expect((await rescore(killed)).differing).toEqual([]);
});

test('a shadow whose segment was changed is not gone on with', async () => {
  const pair = await pairThere();
  const running = await startShadow(pair);
  await running.stop();
  await appendFile(join(running.runFolder, 'observations/segment-000000.json'), ' ');
  const again = startShadow(pair, { runs: running.runs, resume: running.runFolder });
  await expect(again).rejects.toMatchObject({
    code: 'run-damaged',
    message: expect.stringContaining('segment-000000.json'),
  });
});
