import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readShared } from '../../src/record/files/read-shared.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-shared-'));
});
afterAll(() => rm(folder, { recursive: true }));

it.each([0, 1, 100_003])(
  'reads a file of %i bytes into memory that threads share',
  async (size) => {
    const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 31) % 256);
    const path = join(folder, `${size}`);
    await writeFile(path, bytes);
    const read = await readShared(path);
    expect(read.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(Buffer.compare(read, bytes)).toBe(0);
  },
);

it('refuses what is missing, is a folder, or is beyond 2 GiB', async () => {
  await expect(readShared(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(readShared(folder)).rejects.toThrow();
  const large = join(folder, 'large');
  await writeFile(large, '');
  await truncate(large, 2 ** 31);
  await expect(readShared(large)).rejects.toThrow('2147483648 bytes are more than 2147483647');
});
