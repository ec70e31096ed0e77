import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { File, ready } from 'h5wasm/node';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { namedMetric } from '../../../src/corpus/import/metric.ts';
import type { ImportFile } from '../../../src/corpus/import/sources/found.ts';
import { readManifest } from '../../../src/corpus/manifest.ts';
import { importAndRead, importFiles, NO_COLUMNS, temporaryFolder } from './harness.ts';
import { binFile, COUNT, DIMENSION, ROWS, rowLists } from './tiny-files.ts';

/** Documents whose ids are no row numbers. */
const DOCS = rowLists()
  .map((vector, row) => JSON.stringify({ id: 70 - row, vector }))
  .join('\n');
const QUERIES = rowLists()
  .slice(0, 2)
  .map((vector, row) => JSON.stringify({ id: `q${row}`, vector }))
  .join('\n');

const NEIGHBORS = Buffer.from(
  parquetWriteBuffer({
    columnData: [
      { name: 'id', data: ['q1', 'q0'], type: 'STRING' },
      {
        name: 'neighbors_id',
        data: [
          [66n, 70n, 68n],
          [67n, 69n],
        ],
      },
    ],
  }),
);

test.each<[string, string | Buffer]>([
  ['neighbors.parquet', NEIGHBORS],
  [
    'neighbors.jsonl',
    '{"query_id":"q1","neighbors":[66,70,68]}\n{"query_id":"q0","neighbors":["67","69"]}\n',
  ],
  ['gt.jsonl', '{"closest_ids":[67,69]}\n{"closest_ids":[66,70,68]}\n'],
])(
  'ground truth by ids in %s is resolved to rows, in the order of the queries',
  async (name, bytes) => {
    const { truth, made } = await importAndRead({
      'docs.jsonl': DOCS,
      'queries.jsonl': QUERIES,
      [name]: bytes,
    });
    expect(made.truth).toEqual({ count: 2, k: 3 });
    expect([...(truth?.lists.ids ?? [])]).toEqual([3, 1, -1, 4, 0, 2]);
  },
);

test('distances go with the ids, and the columns may be named', async () => {
  const { truth } = await importAndRead(
    {
      'docs.jsonl': DOCS,
      'queries.jsonl': QUERIES,
      'gt.jsonl':
        '{"asked":"q1","near":[66],"distances":[0.5]}\n{"asked":"q0","near":[67,69],"distances":[0.25,1]}\n',
    },
    { columns: { ...NO_COLUMNS, truth: { query: 'asked', neighbors: 'near' } } },
  );
  expect([...(truth?.lists.ids ?? [])]).toEqual([3, 1, 4, -1]);
  expect([...(truth?.lists.distances ?? [])].slice(0, 3)).toEqual([0.25, 1, 0.5]);
});

test.each<[string, RegExp]>([
  [
    '{"query_id":"q0","neighbors":[3]}\n{"query_id":"q1","neighbors":[66]}',
    /gt\.jsonl:1: names "3", and no document has this id/,
  ],
  ['{"query_id":"q0","neighbors":[66]}', /gt\.jsonl: has no list for the query q1/],
  [
    '{"query_id":"q0","neighbors":[66]}\n{"query_id":"q0","neighbors":[66]}',
    /gt\.jsonl:2: a second list of one query/,
  ],
  ['{"neighbors":[66]}', /gt\.jsonl: holds 1 list for 2 queries/],
  ['{"query_id":"q0"}', /gt\.jsonl: no field lists neighbours among query_id/],
])('ground truth such as %j is refused', async (bytes, message) => {
  await using folder = await temporaryFolder();
  const files = { 'docs.jsonl': DOCS, 'queries.jsonl': QUERIES, 'gt.jsonl': bytes };
  await expect(importFiles(folder.path, files)).rejects.toMatchObject({
    name: 'UsageError',
    message: expect.stringMatching(message),
  });
});

/** ann-benchmarks: the same rows as documents and queries, and a distance that it names, or none. */
async function annBenchmarks(folder: string, distance: string | null): Promise<Buffer> {
  await ready;
  const path = join(folder, 'made.h5');
  const file = new File(path, 'w');
  for (const name of ['train', 'test']) {
    file.create_dataset({ name, data: ROWS, shape: [COUNT, DIMENSION] });
  }
  const data = Int32Array.from({ length: COUNT }, (_, row) => row);
  file.create_dataset({ name: 'neighbors', data, shape: [COUNT, 1] });
  if (distance !== null) file.create_attribute('distance', distance);
  file.close();
  return await readFile(path);
}

test.each([
  ['angular', 'cosine'],
  ['Euclidean', 'euclidean'],
  ['L2', 'euclidean'],
  ['dot', 'dot'],
  ['inner product', 'dot'],
  ['ip', 'dot'],
] as const)('a file that names %s is one of %s', (name, metric) => {
  expect(namedMetric([named('a.hdf5', null), named('b.hdf5', name)])).toBe(metric);
});

test('files that name different metrics are refused together', () => {
  expect(() => namedMetric([named('a.hdf5', 'l2'), named('b.hdf5', 'dot')])).toThrow(
    /b\.hdf5: its distances are dot, those of a\.hdf5 are euclidean/,
  );
});

function named(path: string, metric: string | null): ImportFile {
  return { file: { path, at: path }, importer: null, metric };
}

test('the metric that a file names is written into the manifest; its name tells where no attribute does', async () => {
  await using folder = await temporaryFolder();
  const said = await importFiles(folder.path, {
    'tiny.hdf5': await annBenchmarks(folder.path, 'euclidean'),
  });
  expect(said.metric).toBe('euclidean');
  expect((await readManifest(join(folder.path, 'out'))).metric).toBe('euclidean');
  const files = { 'tiny-3-dot.hdf5': await annBenchmarks(folder.path, null) };
  const out = join(folder.path, 'other');
  expect((await importFiles(folder.path, files, { folder: out })).metric).toBe('dot');
});

test.each(['hamming', 'jaccard', 'made-up'])('%s is refused by name', (name) => {
  expect(() => namedMetric([named('a.hdf5', name)])).toThrow(
    `a.hdf5: its distances are "${name}", which is not measured here`,
  );
});

test('a metric that is given goes before one that the file names and nobody measures', async () => {
  await using folder = await temporaryFolder();
  const files = { 'tiny.hdf5': await annBenchmarks(folder.path, 'hamming') };
  await expect(importFiles(folder.path, files)).rejects.toMatchObject({
    name: 'UsageError',
    hint: expect.stringContaining('--metric euclidean'),
  });
  const made = await importFiles(folder.path, files, { metric: 'euclidean' });
  expect(made.metric).toBe('euclidean');
});

test('excludeSelf is written into the manifest, and offered where queries are documents', async () => {
  const rows = '{"_id":"a","text":"Debate one"}\n{"_id":"b","text":"Debate two"}\n';
  const offered = await importAndRead({ 'docs.jsonl': rows, 'queries.jsonl': rows });
  expect(offered.corpus.excludeSelf).toBeUndefined();
  expect(offered.made.notes).toEqual([
    '2 queries are documents of the corpus: --exclude-self leaves their own one out of the answers',
  ]);
  const { corpus, made } = await importAndRead(
    { 'docs.jsonl': rows, 'queries.jsonl': rows },
    { excludeSelf: true },
  );
  expect(corpus.excludeSelf).toBe(true);
  expect(made.notes).toEqual([]);
});

test('plain numbers as ids of both are no sign of one another', async () => {
  const base = binFile(COUNT, DIMENSION, ROWS);
  const { made } = await importAndRead({ 'base.fbin': base, 'query.fbin': base });
  expect(made.notes).toEqual([]);
});
