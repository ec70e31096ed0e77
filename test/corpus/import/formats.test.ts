import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadCorpus } from '../../../src/corpus/load.ts';
import { FLOAT16_HDF5, POLARS_ARROW, POLARS_LISTS_ARROW } from './foreign-files.ts';
import { importAndRead, importFiles, NO_COLUMNS, temporaryFolder } from './harness.ts';
import {
  arrowFile,
  binFile,
  COUNT,
  DIMENSION,
  hdf5File,
  jsonlFile,
  npyFile,
  parquetFile,
  ROWS,
  vecsFile,
} from './tiny-files.ts';

const HALVES = Uint16Array.of(
  0xba00,
  0xb900,
  0xb800,
  0xb600,
  0xb400,
  0xb000,
  0x0000,
  0x3000,
  0x3400,
  0x3600,
  0x3800,
  0x3900,
  0x3a00,
  0x3b00,
  0x3c00,
);
const SMALL = Int8Array.from({ length: 15 }, (_, i) => i - 6);
const SMALL_UNSIGNED = Uint8Array.from({ length: 15 }, (_, i) => i + 240);

test.each([
  ['.fbin', binFile(COUNT, DIMENSION, ROWS), ROWS],
  ['.i8bin', binFile(COUNT, DIMENSION, SMALL), SMALL],
  ['.u8bin', binFile(COUNT, DIMENSION, SMALL_UNSIGNED), SMALL_UNSIGNED],
  ['.fvecs', vecsFile(DIMENSION, ROWS), ROWS],
  ['.bvecs', vecsFile(DIMENSION, SMALL_UNSIGNED), SMALL_UNSIGNED],
  ['.npy', npyFile('<f4', '(5, 3)', ROWS), ROWS],
  ['.npy', npyFile('<f4', '(5, 3)', ROWS, { version: 2 }), ROWS],
  ['.npy', npyFile('<f8', '(5, 3)', Float64Array.from(ROWS)), ROWS],
  ['.npy', npyFile('<f2', '(5, 3)', HALVES), ROWS],
  ['.npy', npyFile('|i1', '(5, 3)', SMALL), SMALL],
  ['.npy', npyFile('|u1', '(5, 3)', SMALL_UNSIGNED), SMALL_UNSIGNED],
])(
  'vectors of a %s file come out as the numbers that were written',
  async (end, bytes, expected) => {
    const { corpus, vectors, made } = await importAndRead({
      [`base${end}`]: bytes,
      [`query${end}`]: bytes,
    });
    expect(made).toMatchObject({ documentCount: 5, queryCount: 5, dimension: 3, hasTexts: false });
    expect([...(vectors?.documents.values ?? [])]).toEqual([...expected]);
    expect(vectors?.documents.ids[4]).toBe('documents/4');
    expect(vectors?.queries.ids).toEqual(['0', '1', '2', '3', '4']);
    expect(vectors?.hashes.every(({ expected: told, actual }) => told === actual)).toBe(true);
    expect(corpus.collections[0]?.documents[4]).toMatchObject({
      id: '4',
      text: '',
      textless: true,
    });
    expect(corpus.queries[4]).toMatchObject({ id: '4', need: '4', text: '', textless: true });
  },
);

test('JSONL keeps ids, texts, metadata and vectors', async () => {
  const { corpus, vectors } = await importAndRead({
    'docs.jsonl': jsonlFile(),
    'queries.jsonl': jsonlFile(),
  });
  expect(corpus.collections[0]?.documents[3]).toEqual({
    id: 'r3',
    text: 'text 3',
    metadata: { city: 'Lund', n: 3 },
  });
  expect([...(vectors?.queries.values ?? [])]).toEqual([...ROWS]);
});

test('JSONL without vectors is imported as texts, and columns may be named', async () => {
  const named = { id: 'key', text: 'what' };
  const { corpus, vectors, made } = await importAndRead(
    {
      'docs.jsonl': '{"key":7,"what":"seven"}\n\n{"key":8,"what":"eight"}\r\n',
      'queries.jsonl': '{"key":"q","what":"which?","need":"n"}',
    },
    { columns: { ...NO_COLUMNS, documents: named, queries: named } },
  );
  expect(made).toMatchObject({ dimension: null, hasTexts: true });
  expect(vectors).toBeNull();
  expect(corpus.collections[0]?.documents.map(({ id, text }) => [id, text])).toEqual([
    ['7', 'seven'],
    ['8', 'eight'],
  ]);
  expect(corpus.queries[0]).toMatchObject({ id: 'q', need: 'n', text: 'which?' });
});

test('Parquet and Arrow tables with a column of lists give ids, texts and vectors', async () => {
  const parquet = await importAndRead({
    'docs.parquet': parquetFile(),
    'queries.parquet': parquetFile(),
  });
  expect(parquet.corpus.collections[0]?.documents[2]).toEqual({
    id: 'r2',
    text: 'text 2',
    metadata: { n: 2 },
  });
  expect([...(parquet.vectors?.documents.values ?? [])]).toEqual([...ROWS]);
  const arrow = await importAndRead({ 'docs.arrow': arrowFile(), 'queries.arrow': arrowFile() });
  expect(arrow.vectors?.documents.ids[1]).toBe('documents/r1');
  expect([...(arrow.vectors?.queries.values ?? [])]).toEqual([...ROWS]);
});

test('one HDF5 file of ann-benchmarks gives documents, queries, ground truth and its metric', async () => {
  await using folder = await temporaryFolder();
  const bytes = await hdf5File(folder.path);
  const { vectors, truth, made } = await importAndRead({ 'tiny-3-euclidean.hdf5': bytes });
  expect([...(vectors?.documents.values ?? [])]).toEqual([...ROWS]);
  expect(made.truth).toEqual({ count: 5, k: 2 });
  expect(truth?.metric).toBe('euclidean');
  expect([...(truth?.lists.ids ?? [])]).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3, 4]);
  expect([...(truth?.lists.distances ?? [])]).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
});

test.each<[string, (whole: Buffer) => Uint8Array | string, RegExp]>([
  ['cut short', (whole) => whole.subarray(0, whole.length / 2), /cannot be opened as HDF5/],
  ['no HDF5', () => '<html>404</html>', /cannot be opened as HDF5/],
  ['of float16', () => FLOAT16_HDF5, /train: float16 is not read/],
])('an HDF5 file that is %s is named as such', async (_what, made, message) => {
  await using folder = await temporaryFolder();
  const files = { 'tiny-3-euclidean.hdf5': made(await hdf5File(folder.path)) };
  await expect(importFiles(folder.path, files)).rejects.toThrow(message);
});

test('Arrow files of Polars, whose schema has no length before it, are read', async () => {
  const { corpus } = await importAndRead({
    'docs.arrow': POLARS_ARROW,
    'queries.jsonl': '{"_id":"q1","text":"first"}\n{"_id":"q2","text":"second"}\n',
    'qrels.arrow': POLARS_LISTS_ARROW,
  });
  expect(corpus.collections[0]?.documents.map(({ id, text }) => [id, text])).toEqual([
    ['d1', 'one'],
    ['d2', 'two'],
  ]);
  expect([...corpus.judgments].map(([id, of]) => [id, [...of]])).toEqual([
    ['q1', [['documents/d1', 2]]],
    ['q2', [['documents/d2', 1]]],
  ]);
});

const IDS = Int32Array.of(0, 1, 1, 2, 2, 3, 3, 4, 4, -1);

test.each([
  ['gt.ibin', binFile(COUNT, 2, IDS)],
  ['gt.ibin', binFile(COUNT, 2, IDS, new Float32Array(10))],
  ['groundtruth.ivecs', vecsFile(2, IDS)],
  ['neighbors.npy', npyFile('<i8', '(5, 2)', BigInt64Array.from(IDS, BigInt))],
])('ground truth in %s is stored as it was given', async (name, bytes) => {
  const base = binFile(COUNT, DIMENSION, ROWS);
  const { truth } = await importAndRead({ 'base.fbin': base, 'query.fbin': base, [name]: bytes });
  expect([...(truth?.lists.ids ?? [])]).toEqual([...IDS]);
  expect(truth).toMatchObject({ metric: null, source: name });
});

test('a BEIR folder gives title and text, judged queries of the split, and grades from 0 to 3', async () => {
  await using folder = await temporaryFolder();
  const beir = join(folder.path, 'scifact');
  await mkdir(join(beir, 'qrels'), { recursive: true });
  const files = {
    'corpus.jsonl':
      '{"_id":"d1","title":"Title","text":"body","metadata":{"year":1999}}\n{"_id":"d2","title":"","text":"","metadata":{}}\n',
    'queries.jsonl':
      '{"_id":"q1","text":"one"}\n{"_id":"q2","text":"two"}\n{"_id":"q3","text":"three"}\n',
    'qrels/test.tsv': 'query-id\tcorpus-id\tscore\nq1\td1\t5\nq1\td2\t-1\nq3\td2\t1\nq3\td9\t1\n',
    'qrels/dev.tsv': 'query-id\tcorpus-id\tscore\nq2\td2\t1\n',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(beir, name), text);
  const made = await importFiles(folder.path, {}, { from: [beir] });
  const corpus = await loadCorpus(join(folder.path, 'out'));
  expect(corpus.collections[0]?.documents).toEqual([
    { id: 'd1', text: 'Title body', metadata: { title: 'Title', year: 1999 } },
    { id: 'd2', text: ' ', metadata: { title: '' } },
  ]);
  expect(corpus.queries.map(({ id }) => id)).toEqual(['q1', 'q3']);
  expect([...(corpus.judgments.get('q1') ?? [])]).toEqual([
    ['documents/d1', 3],
    ['documents/d2', 0],
  ]);
  expect(made.notes).toEqual([
    'judgments of other splits were left out: qrels/dev.tsv',
    '1 negative grade counts as 0',
    '1 grade above 3 counts as 3',
    '1 document has no text: its text is one space',
    '1 query without judgments was left out (--all-queries keeps them)',
    '1 judgment names documents that are not there and was left out: d9',
  ]);
});

test('several files of one role follow one another, and roles may be written', async () => {
  await using folder = await temporaryFolder();
  const bytes = binFile(COUNT, DIMENSION, ROWS);
  const path = (name: string) => join(folder.path, name);
  const made = await importFiles(
    folder.path,
    { 'x.fbin': bytes, 'y.fbin': bytes, 'z.fbin': bytes },
    {
      from: [
        `documents=${path('x.fbin')}`,
        `documents=${path('y.fbin')}`,
        `queries=${path('z.fbin')}`,
      ],
    },
  );
  expect(made).toMatchObject({ documentCount: 10, queryCount: 5 });
});

test('an import never overwrites a folder', async () => {
  await using folder = await temporaryFolder();
  const files = {
    'base.fbin': binFile(COUNT, DIMENSION, ROWS),
    'query.fbin': binFile(COUNT, DIMENSION, ROWS),
  };
  await importFiles(folder.path, files);
  await expect(importFiles(folder.path, files)).rejects.toMatchObject({ code: 'new-folder' });
});
