import { expect, test } from 'vitest';
import { diskError, systemError } from '../../src/disk/disk-error.ts';

const refusal = (code: string, errno: number) =>
  Object.assign(new Error(`${code}: refused, write`), { code, errno, syscall: 'write' });

// No file system with a quota is at hand everywhere: its error takes the way of that of a full disk.
test.each([
  ['EDQUOT', -122, 'the quota is used up'],
  ['ENOSPC', -28, 'the disk is full'],
  ['EROFS', -30, 'the file system is read-only'],
])('%s is one line with the path and the reason, and ends with 4', (code, errno, reason) => {
  const error = diskError('run-write', '/runs/a/plan.json', 'written', refusal(code, errno));
  expect(error.message).toBe(`/runs/a/plan.json: cannot be written: ${reason} (${code})`);
  expect(error).toMatchObject({ exitCode: 4, hint: expect.stringMatching(/\w/) });
  expect(systemError(refusal(code, errno))?.message).toContain(`${reason} (${code})`);
});
