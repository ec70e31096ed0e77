import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { createRun } from '../../../src/record/run/run-folder.ts';
import { reportRun, rescore } from '../../../src/rescore.ts';
import {
  CANDIDATES_RECORD,
  candidatesCodec,
} from '../../../src/retrieve/candidates/derive-candidates.ts';
import { manifestInput, temporaryFolder } from '../../record/fixtures.ts';
import { storeRun } from '../../support/stored-run.ts';
import { syntheticRun } from '../../support/synthetic-run.ts';

/** A comparison of two candidates, and the folder of the second one's run. */
async function compared(): Promise<{ readonly all: string; readonly second: string }> {
  const parentFolder = await temporaryFolder();
  const folders: string[] = [];
  for (const candidate of ['a', 'b']) {
    const run = syntheticRun({ queries: 40, latencyPairs: 2 });
    const side = { ...manifestInput().backends.candidate, url: candidate };
    const backends = { ...manifestInput().backends, candidate: side };
    folders.push(await storeRun(run, parentFolder, { backends }));
  }
  const writer = await createRun({ parentFolder });
  const input = manifestInput({ kind: 'candidates' });
  await writer.describe(input);
  const runs = folders.map((folder, at) => ({ run: basename(folder), label: `candidate ${at}` }));
  await writer.writeRecord(CANDIDATES_RECORD, candidatesCodec, { planned: 2, runs });
  await writer.finish(input);
  return { all: writer.folder, second: folders[1] ?? '' };
}

it('what is found about a run of a candidate is told of the comparison', async () => {
  const { all, second } = await compared();
  expect((await rescore(all)).issues).toEqual([]);
  const path = join(second, 'findings.json');
  await writeFile(path, `${await readFile(path, 'utf8')} `);
  const named = [expect.stringContaining('findings.json: the sha256 is not the recorded one')];
  expect((await rescore(all)).issues).toEqual(named);
  expect((await reportRun(all)).issues).toEqual(named);
});

it('a run of a candidate without its manifest is no finished run, and refused', async () => {
  const { all, second } = await compared();
  await rm(join(second, 'manifest.json'));
  await expect(rescore(all)).rejects.toMatchObject({
    exitCode: 2,
    message: `${join(second, 'manifest.json')}: missing`,
  });
});
