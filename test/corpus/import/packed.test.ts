import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { unpack } from '../../../src/corpus/import/unpack/unpack.ts';
import { DOCS, DOCS_BZ2, damageIsNoticed, LONG, LONG_BZ2, unpacked } from './bzip2-files.ts';
import { importAndRead, importFiles, temporaryFolder } from './harness.ts';
import { binFile, COUNT, DIMENSION, hdf5File, ROWS } from './tiny-files.ts';

const QUERIES = '{"_id":"q","text":"which?"}\n';

test('bzip2 is unpacked: one block, several, and several streams after one another', async () => {
  expect((await unpacked(DOCS_BZ2)).toString()).toBe(DOCS.toString());
  expect((await unpacked(LONG_BZ2, 7)).toString()).toBe(LONG);
  const both = await unpacked(Buffer.concat([DOCS_BZ2, LONG_BZ2, DOCS_BZ2]));
  expect(both.toString()).toBe(`${DOCS}${LONG}${DOCS}`);
});

test('bzip2 that is cut short, or has a bit turned, is an error and never other bytes', async () => {
  // All of them are tried with the slow tests.
  expect(await damageIsNoticed({ cut: 7, bit: 131 })).toEqual([]);
});

test.each<[string, Buffer]>([
  ['docs.jsonl.gz', gzipSync(DOCS)],
  ['docs.jsonl.gz', Buffer.concat([gzipSync(DOCS.subarray(0, 20)), gzipSync(DOCS.subarray(20))])],
  ['docs.jsonl.zst', zstdCompressSync(DOCS)],
  [
    'docs.jsonl.zst',
    Buffer.concat([zstdCompressSync(DOCS.subarray(0, 20)), zstdCompressSync(DOCS.subarray(20))]),
  ],
  // With frames that hold no data, as pzstd and seekable files have them.
  [
    'docs.jsonl.zst',
    Buffer.concat([
      Buffer.from('502a4d180400000001020304', 'hex'),
      zstdCompressSync(DOCS.subarray(0, 20)),
      Buffer.from('5f2a4d1800000000', 'hex'),
      zstdCompressSync(DOCS.subarray(20)),
    ]),
  ],
  ['docs.jsonl.bz2', DOCS_BZ2],
  ['docs.jsonl', gzipSync(DOCS)],
])('%s is read as the file in it, all parts of it', async (name, bytes) => {
  const { corpus } = await importAndRead({
    [name]: bytes,
    'queries.jsonl': QUERIES,
    'qrels.tsv.gz': gzipSync('q\td1\t1\n'),
  });
  expect(corpus.collections[0]?.documents.map(({ id }) => id)).toEqual(['d0', 'd1', 'd2']);
  expect(corpus.judgments.size).toBe(1);
});

test('binary files may be packed too, and leave nothing behind', async () => {
  await using folder = await temporaryFolder();
  const base = binFile(COUNT, DIMENSION, ROWS);
  const made = await importFiles(folder.path, {
    'base.fbin.gz': gzipSync(base),
    'query.fbin.zst': zstdCompressSync(base),
  });
  expect(made).toMatchObject({ documentCount: 5, queryCount: 5, dimension: 3 });
  expect((await readdir(join(folder.path, 'out'))).sort()).toEqual([
    'documents.jsonl',
    'judgments.tsv',
    'manifest.json',
    'queries.jsonl',
    'vectors',
  ]);
});

test('a folder stands for packed files, HDF5 and shards in it as well', async () => {
  await using folder = await temporaryFolder();
  const inner = join(folder.path, 'in', 'set');
  await mkdir(inner, { recursive: true });
  await writeFile(join(inner, 'tiny.hdf5.gz'), gzipSync(await hdf5File(folder.path)));
  const made = await importFiles(folder.path, {}, { from: [join(folder.path, 'in')] });
  expect(made).toMatchObject({ documentCount: 5, queryCount: 5, truth: { count: 5, k: 2 } });
});

test.each<[string, Buffer, RegExp, RegExp]>([
  [
    'docs.jsonl.gz',
    gzipSync(DOCS).subarray(0, 40),
    /docs\.jsonl\.gz: cannot be unpacked \(gzip\)/,
    /cut short/,
  ],
  [
    'docs.jsonl.zst',
    Buffer.from('502a4d1804000000010203', 'hex'),
    /docs\.jsonl\.zst: cannot be unpacked \(zstd\): a frame is cut short/,
    /fetch the file again/,
  ],
  [
    'docs.jsonl.zst',
    zstdCompressSync(DOCS).subarray(0, 40),
    /docs\.jsonl\.zst: cannot be unpacked \(zstd\)/,
    /cut short/,
  ],
  [
    'docs.jsonl.bz2',
    DOCS_BZ2.subarray(0, 60),
    /docs\.jsonl\.bz2: cannot be unpacked \(bzip2\)/,
    /cut short/,
  ],
  [
    'docs.jsonl.gz',
    DOCS,
    /docs\.jsonl\.gz: byte 0: does not begin like a file that gzip made/,
    /correct its name/,
  ],
  ['docs.jsonl.gz', Buffer.alloc(0), /docs\.jsonl\.gz: byte 0: the file is empty/, /fetch/],
  [
    'docs.jsonl.gz',
    gzipSync('{"_id":"d","text":"x"}\n{"_id":'),
    /docs\.jsonl\.gz:2: malformed JSON/,
    /complete/,
  ],
  ['docs.tar.gz', gzipSync(DOCS), /docs\.tar\.gz: archives of this kind are not read/, /tar -xf/],
  ['docs.zip', DOCS, /docs\.zip: archives/, /unzip/],
  ['docs.jsonl.xz', DOCS, /docs\.jsonl\.xz: archives/, /xz -dk/],
])('%s that cannot be read is one error that names it', async (name, bytes, message, hint) => {
  await using folder = await temporaryFolder();
  await expect(
    importFiles(folder.path, { [name]: bytes, 'queries.jsonl': QUERIES }),
  ).rejects.toMatchObject({
    name: 'UsageError',
    message: expect.stringMatching(message),
    hint: expect.stringMatching(hint),
  });
  expect((await readdir(folder.path)).sort()).toEqual([name, 'queries.jsonl'].sort());
});

test('a file that unpacks to more than its limit is refused, with the tool that would do it', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'bomb.jsonl.gz');
  await writeFile(path, gzipSync(Buffer.alloc(1 << 22)));
  const to = join(folder.path, 'out');
  await expect(unpack(path, 'gzip', to, { limitBytes: 1 << 20 })).rejects.toMatchObject({
    message: expect.stringMatching(/bomb\.jsonl\.gz: unpacks to more than 1048576 bytes/),
    hint: expect.stringMatching(/gzip -dk FILE/),
  });
  expect((await readFile(to)).length).toBeLessThanOrEqual(1 << 20);
});
