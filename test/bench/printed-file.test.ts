import { expect, it } from 'vitest';
import { printReport } from '../../bench/output.ts';
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
