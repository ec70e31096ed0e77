import { execFileSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { RecordBatchReader, tableFromArrays, tableToIPC } from 'apache-arrow';
import { expect, test } from 'vitest';
import { unpack } from '../../../src/corpus/import/unpack/unpack.ts';
import {
  EMPTY_COLUMN_PARQUET,
  EXTERNAL_LINK_HDF5,
  EXTERNAL_STORAGE_HDF5,
  REPEATED_TEXT_PARQUET,
  SOFT_TO_EXTERNAL_HDF5,
} from './foreign-files.ts';
import { importAndRead, importFiles, temporaryFolder } from './harness.ts';
import { hdf5File, ROWS } from './tiny-files.ts';

const QUERIES = '{"id":"q","text":"which?"}\n';

async function refusal(files: Record<string, Uint8Array | string>): Promise<string> {
  await using folder = await temporaryFolder();
  const error = await importFiles(folder.path, files).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'UsageError', exitCode: 2 });
  return (error as Error).message;
}

test.each([
  ['external storage', EXTERNAL_STORAGE_HDF5],
  ['an external link', EXTERNAL_LINK_HDF5],
  ['a soft link to an external one', SOFT_TO_EXTERNAL_HDF5],
])('an HDF5 file that reads other local files by %s is refused', async (_how, bytes) => {
  await using folder = await temporaryFolder();
  const before = process.cwd();
  await writeFile(join(folder.path, 'secret.raw'), ROWS);
  await writeFile(join(folder.path, 'plain.hdf5'), await hdf5File(folder.path));
  const path = join(folder.path, 'tiny.hdf5');
  // Names in such a file are looked for from the working folder on.
  process.chdir(folder.path);
  try {
    const importing = importFiles(folder.path, { 'tiny.hdf5': bytes }, { from: [path] });
    await expect(importing).rejects.toThrow('is kept in other files');
  } finally {
    process.chdir(before);
  }
});

/** An Arrow stream or file of so many documents, numbered from `first`. */
function arrowTable(first: number, count: number, form: 'stream' | 'file' = 'stream'): Buffer {
  const ids = Array.from({ length: count }, (_, i) => `d${first + i}`);
  const table = tableFromArrays({ id: ids, text: ids.map((id) => `text ${id}`) });
  return Buffer.from(tableToIPC(table, form));
}

/** The bytes of a stream from its first batch on. */
function batchesOf(stream: Buffer): Buffer {
  const first = stream.readInt32LE(4);
  return stream.subarray(8 + first);
}

test('an Arrow stream with an end marker in the middle is refused', async () => {
  const whole = Buffer.concat([arrowTable(0, 16), batchesOf(arrowTable(16, 24))]);
  expect(RecordBatchReader.from(whole).open().schema.fields).toHaveLength(2);
  const said = await refusal({ 'documents.arrows': whole, 'queries.jsonl': QUERIES });
  expect(said).toMatch(/bytes come after its end marker at byte \d+/);
});

test('an Arrow file whose footer names fewer batches than it holds is refused', async () => {
  const file = arrowTable(0, 16, 'file');
  const more = batchesOf(arrowTable(16, 24)).subarray(0, -8);
  // Batches before the footer's own: its offsets are from the start of the file.
  const footer = file.length - 10 - file.readInt32LE(file.length - 10);
  const end = file.readInt32LE(footer - 4) === 0 ? footer - 8 : footer;
  const whole = Buffer.concat([file.subarray(0, end), more, file.subarray(end)]);
  const said = await refusal({ 'documents.arrow': whole, 'queries.jsonl': QUERIES });
  expect(said).toMatch(/its footer names 1 of 2 batches/);
});

test('a Parquet file of 517 bytes that stands for 8 GB is refused in bounded memory', async () => {
  const said = await refusal({
    'documents.parquet': REPEATED_TEXT_PARQUET,
    'queries.jsonl': QUERIES,
  });
  expect(said).toMatch(/row 63: the records up to here take more than 67108864 bytes/);
});

test('a Parquet column of nulls is read, whatever packed it', async () => {
  const { made } = await importAndRead({
    'documents.parquet': EMPTY_COLUMN_PARQUET,
    'queries.jsonl': QUERIES,
  });
  expect(made.documentCount).toBe(2);
});

test('a packed file with a damaged second part is refused, and zeros after it are padding', async () => {
  const part = (id: string) => gzipSync(`{"id":"${id}","text":"a"}\n`);
  const damaged = part('b');
  damaged[0] = 0;
  const cut = Buffer.concat([part('a'), damaged]);
  expect(await refusal({ 'documents.jsonl.gz': cut, 'queries.jsonl': QUERIES })).toMatch(
    /cannot be unpacked \(gzip\): damaged after byte \d+/,
  );
  const padded = Buffer.concat([part('a'), part('b'), Buffer.alloc(512)]);
  const { made } = await importAndRead({ 'documents.jsonl.gz': padded, 'queries.jsonl': QUERIES });
  expect(made.documentCount).toBe(2);
});

test('frames of Zstandard that end before what was read ahead is used do not end the process', async () => {
  await using folder = await temporaryFolder();
  const frame = zstdCompressSync(Buffer.alloc(0));
  const path = join(folder.path, 'many.zst');
  await writeFile(path, Buffer.concat(Array.from({ length: 40_000 }, () => frame)));
  await expect(unpack(path, 'zstd', join(folder.path, 'out'))).rejects.toThrow(
    '1000 frames in the first 9000 bytes',
  );
});

test.each(['documents.jsonl', 'documents.parquet', 'qrels.tsv'])(
  'a pipe in place of %s is refused, and not waited for',
  async (name) => {
    await using folder = await temporaryFolder();
    await importFiles(folder.path, { 'documents.jsonl': QUERIES, 'queries.jsonl': QUERIES });
    await rm(join(folder.path, 'out'), { recursive: true });
    await rm(join(folder.path, name), { force: true });
    execFileSync('mkfifo', [join(folder.path, name)]);
    const importing = importFiles(folder.path, {}, { from: [folder.path] });
    await expect(importing).rejects.toThrow(`${name}: cannot be read (no regular file)`);
  },
);
