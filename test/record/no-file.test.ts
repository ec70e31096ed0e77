import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readAppendLog } from '../../src/record/append-log.ts';
import { openRun } from '../../src/record/run/open-run.ts';
import { createRun } from '../../src/record/run/run-folder.ts';
import { manifestInput, temporaryFolder } from './fixtures.ts';

const pipe = (path: string) => execFileSync('mkfifo', [path]);

test.each(['manifest.json', 'journal.jsonl'])(
  'a pipe in the place of %s is named and not waited for',
  async (name) => {
    const writer = await createRun({ parentFolder: await temporaryFolder(), id: 'run' });
    await writer.finish(manifestInput());
    const path = join(writer.folder, name);
    await rm(path);
    pipe(path);
    await expect(openRun(writer.folder)).rejects.toMatchObject({
      code: 'no-regular-file',
      exitCode: 2,
      message: `${path}: no regular file`,
    });
  },
);

test('a pipe in the place of a log is named and not waited for', async () => {
  const path = join(await temporaryFolder(), 'ledger.jsonl');
  pipe(path);
  await expect(readAppendLog(path)).rejects.toMatchObject({ code: 'no-regular-file' });
});
