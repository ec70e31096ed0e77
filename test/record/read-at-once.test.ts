import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readAtOnce } from '../../src/record/files/read-at-once.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-at-once-'));
});
afterAll(() => rm(folder, { recursive: true }));

it.each([0, 1, 100_003])('reads a file of %i bytes', async (size) => {
  const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 31) % 256);
  const path = join(folder, `${size}`);
  await writeFile(path, bytes);
  const read = await readAtOnce(path);
  expect(Buffer.compare(read, bytes)).toBe(0);
});

it('refuses what is missing, is a folder, or is beyond 2 GiB', async () => {
  await expect(readAtOnce(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(readAtOnce(folder)).rejects.toThrow();
  const large = join(folder, 'large');
  await writeFile(large, '');
  await truncate(large, 2 ** 31);
  await expect(readAtOnce(large)).rejects.toThrow('2147483648 bytes are more than 2147483647');
});
