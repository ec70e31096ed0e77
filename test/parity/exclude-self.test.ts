import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { documentIndex } from '../../src/corpus/document-index.ts';
import { keyOf } from '../../src/corpus/document-key.ts';
import { loadCorpus } from '../../src/corpus/load.ts';
import { excludingOwn } from '../../src/corpus/own-documents.ts';
import type { Collection, Query } from '../../src/corpus/types.ts';
import { requestFor } from '../../src/observe/ask.ts';
import { answersByQuery } from '../../src/parity/cell/answers.ts';
import type { Observation } from '../../src/record/types.ts';
import { computeTruth } from '../../src/truth/corpus/compute-truth.ts';

const COLLECTIONS: Collection[] = [
  {
    name: 'c',
    documents: ['a', 'b', 'd', 'e'].map((id, at) => ({
      id,
      text: id,
      metadata: { half: at % 2 === 0 ? 'even' : 'odd' },
    })),
  },
];
const ask = (id: string, more: Partial<Query> = {}): Query => ({
  id,
  need: id,
  text: id,
  slices: [],
  collections: ['c'],
  ...more,
});
const QUERIES = excludingOwn(
  [
    ask('a'),
    ask('z'),
    ask('b', { filter: { half: 'even' } }),
    ask('d', { filter: { half: 'even' } }),
  ],
  COLLECTIONS,
);
const DOCUMENTS = {
  ids: ['c/a', 'c/b', 'c/d', 'c/e'],
  dimension: 2,
  values: Float32Array.of(1, 0, 0.9, 0.1, 0.5, 0.5, 0, 1),
};
const VECTORS = {
  ids: ['a', 'z', 'b', 'd'],
  dimension: 2,
  values: Float32Array.of(1, 0, 1, 0, 1, 0, 1, 0),
};

test('a query excludes the document with its own id, where it would find it at all', () => {
  expect(QUERIES.map(({ excluded }) => excluded)).toEqual([
    [keyOf('c', 'a')],
    undefined,
    undefined,
    [keyOf('c', 'd')],
  ]);
});

test('one row more is asked for, and only then', () => {
  const of = (query: Query | undefined) =>
    requestFor('search', query ?? ask('none'), { k: 2, model: null });
  expect(QUERIES.map((query) => of(query).k)).toEqual([3, 2, 2, 3]);
});

test('truth leaves the own document out: of the list, of the scores, of the count', async () => {
  const truth = await computeTruth({
    corpus: { collections: COLLECTIONS },
    queries: QUERIES,
    documents: DOCUMENTS,
    vectors: VECTORS,
    k: 2,
  });
  expect(truth.list('a')?.keys).toEqual(['c/b', 'c/d', 'c/e']);
  expect(truth.list('a')?.allowedCount).toBe(3);
  expect(truth.exactScore('a', keyOf('c', 'a'))).toBeNull();
  expect(truth.exactScore('a', keyOf('c', 'b'))).toBeGreaterThan(0.9);
  expect(truth.list('z')?.keys[0]).toBe('c/a');
  expect(truth.list('d')?.keys).toEqual(['c/a']);
  expect(truth.list('d')?.allowedCount).toBe(1);
});

const observation = (queryId: string, k: number, ids: readonly string[]): Observation =>
  ({
    phase: 'quality',
    cell: 'search',
    arm: 'A',
    queryId,
    k,
    outcome: 'ok',
    ids,
    collections: ids.map(() => ''),
    similarities: ids.map((_, at) => 1 - at / 10),
    rawScores: ids.map((_, at) => 1 - at / 10),
  }) as unknown as Observation;

test.each<[string, readonly string[], readonly string[], readonly number[]]>([
  ['the own document is taken out', ['a', 'b', 'd'], ['c/b', 'c/d'], [0.9, 0.8]],
  ['without it the row too many is taken off', ['b', 'd', 'e'], ['c/b', 'c/d'], [1, 0.9]],
  ['short answers stay short', ['b'], ['c/b'], [1]],
  ['rows that nobody asked for stay', ['b', 'a', 'd', 'e'], ['c/b', 'c/d', 'c/e'], [1, 0.8, 0.7]],
])('of an answer %s', (_what, ids, keys, similarities) => {
  const [entry] = answersByQuery(
    'search',
    [observation('a', 3, ids)],
    QUERIES,
    documentIndex(COLLECTIONS),
  );
  expect(entry?.arms.A?.keys).toEqual(keys);
  expect(entry?.arms.A?.observation.k).toBe(2);
  expect(entry?.arms.A?.observation.similarities).toEqual(similarities);
});

test('the manifest says so, and the loader marks the queries', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'self-'));
  try {
    const document = (id: string) => `{"id":"${id}","text":"${id}","metadata":{}}\n`;
    await writeFile(join(folder, 'd.jsonl'), document('a') + document('b'));
    await writeFile(
      join(folder, 'q.jsonl'),
      '{"id":"a","text":"a","slices":[],"collections":["c"]}\n{"id":"z","text":"z","slices":[],"collections":["c"]}\n',
    );
    await writeFile(join(folder, 'j.tsv'), '');
    const manifest = {
      version: 1,
      name: 'self',
      excludeSelf: true,
      metric: 'dot',
      collections: [{ name: 'c', file: 'd.jsonl' }],
      queries: { file: 'q.jsonl' },
      judgments: { file: 'j.tsv' },
    };
    const path = join(folder, 'manifest.json');
    await writeFile(path, JSON.stringify(manifest));
    const corpus = await loadCorpus(folder);
    expect(corpus.queries.map(({ excluded }) => excluded)).toEqual([['c/a'], undefined]);
    expect(corpus.metric).toBe('dot');
    await writeFile(path, (await readFile(path, 'utf8')).replace('true', 'false'));
    const plain = await loadCorpus(folder);
    expect(plain.queries.map(({ excluded }) => excluded)).toEqual([undefined, undefined]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
