import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { printReport, requireOther } from '../../bench/output.ts';
import { reportOf } from '../../src/report/blocks.ts';
import { temporaryFolder } from '../record/fixtures.ts';
import { bufferIo } from '../support/buffer-io.ts';

it('what was measured is shown also where the file for it cannot be written', async () => {
  const io = bufferIo({ cwd: await temporaryFolder() });
  const printed = { screen: null, report: reportOf([], { title: 'Found' }), figures: () => 1 };
  const output = { form: 'markdown', file: 'no-such-folder/report.md' } as const;
  await expect(printReport(printed, { output }, io)).rejects.toMatchObject({
    exitCode: 4,
    message: expect.stringContaining('no-such-folder/report.md: cannot be written'),
  });
  expect(io.out()).toContain('Found');
  expect(io.err()).not.toContain('written to');
});

it('a file that is read is not replaced, by whatever name it is called', async () => {
  const cwd = await temporaryFolder();
  await writeFile(join(cwd, 'questions.txt'), 'welder in Ohio');
  await symlink('questions.txt', join(cwd, 'link.txt'));
  const into = (file: string) =>
    requireOther({ output: { form: 'terminal', file } }, ['questions.txt'], bufferIo({ cwd }));
  for (const file of ['questions.txt', './questions.txt', 'link.txt']) {
    await expect(into(file)).rejects.toMatchObject({ code: 'usage-output', exitCode: 2 });
  }
  await into('other.txt');
});
