import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readNamedText } from '../../src/disk/read-named-text.ts';

async function textOf(bytes: Buffer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'named-'));
  const path = join(folder, 'texts.txt');
  try {
    await writeFile(path, bytes);
    return await readNamedText(path, {
      code: 'texts',
      name: '--texts texts.txt',
      hint: 'one a line',
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a text is read without its byte-order mark', async () => {
  expect(await textOf(Buffer.from('\uFEFFé\nb\n'))).toBe('é\nb\n');
});

test.each<[string, Buffer, RegExp]>([
  ['that is not UTF-8', Buffer.from('a\nb\ncaf\xe9\n', 'latin1'), /texts\.txt:3: not UTF-8/],
  ['in UTF-16', Buffer.from('\uFEFFa\n', 'utf16le'), /texts\.txt:1: not UTF-8/],
  ['that is packed', gzipSync('a\n'), /texts\.txt: is packed/],
])('a text %s is refused: other letters would stand in its place', async (_, bytes, message) => {
  await expect(textOf(bytes)).rejects.toThrow(message);
});
