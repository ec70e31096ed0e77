import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolder } from '../../src/disk/make-folder.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'make-folder-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('makes what is missing, and leaves what is there', async () => {
  const deep = join(folder, 'a', 'b', 'c');
  expect(await makeFolder(deep)).toBe(join(folder, 'a'));
  expect((await stat(deep)).isDirectory()).toBe(true);
  expect(await makeFolder(deep)).toBeUndefined();
});

test('a file in the way is named as such', async () => {
  await writeFile(join(folder, 'file'), '');
  await expect(makeFolder(join(folder, 'file', 'a', 'b'))).rejects.toMatchObject({
    code: 'ENOTDIR',
  });
});

// Nobody makes folders there: it is read-only, or the kernel's own.
test.runIf(process.platform === 'linux')('a place that refuses says why', async () => {
  await expect(makeFolder('/sys/retrieval-parity/a/b')).rejects.toMatchObject({
    code: expect.stringMatching(/^(EROFS|EPERM|EACCES)$/),
  });
});
