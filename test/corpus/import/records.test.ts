import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { importAndRead, importFiles, NO_COLUMNS, temporaryFolder } from './harness.ts';

const QUERY = '{"_id":"q","text":"which?"}\n';

function lines(...records: readonly object[]): string {
  return `${records.map((record) => JSON.stringify(record)).join('\n')}\n`;
}

type Columns = Parameters<typeof parquetWriteBuffer>[0]['columnData'];

function parquet(...columnData: Columns): Buffer {
  return Buffer.from(parquetWriteBuffer({ columnData }));
}

test('fields are those of all records: a first one without a title, or with null, takes none away', async () => {
  const jsonl = lines(
    { _id: 'a', text: 'Plain.' },
    { _id: 'b', title: 'Heading', text: 'Body.' },
    { _id: 'c', title: 7, text: 'Body.' },
    { _id: 'd', title: 'Alone' },
  );
  const { corpus } = await importAndRead({ 'docs.jsonl': jsonl, 'queries.jsonl': QUERY });
  expect(corpus.collections[0]?.documents.map(({ text }) => text)).toEqual([
    'Plain.',
    'Heading Body.',
    '7 Body.',
    'Alone',
  ]);
  const table = parquet(
    { name: 'id', data: ['a', 'b'], type: 'STRING' },
    { name: 'title', data: [null, 'Heading'], type: 'STRING' },
    { name: 'text', data: ['Plain.', 'Body.'], type: 'STRING' },
  );
  const fromTable = await importAndRead({ 'docs.parquet': table, 'queries.jsonl': QUERY });
  expect(fromTable.corpus.collections[0]?.documents.map(({ text }) => text)).toEqual([
    'Plain.',
    'Heading Body.',
  ]);
});

test('a text that only later records have is the text of all, and the first is blank', async () => {
  const jsonl = lines({ _id: 'a', year: 1 }, { _id: 'b', contents: 'late', year: 2 });
  const { corpus, made } = await importAndRead({ 'docs.jsonl': jsonl, 'queries.jsonl': QUERY });
  expect(corpus.collections[0]?.documents).toEqual([
    { id: 'a', text: ' ', metadata: { year: 1 } },
    { id: 'b', text: 'late', metadata: { year: 2 } },
  ]);
  expect(made.notes).toContain('1 document has no text: its text is one space');
});

test('a vector that a record lacks is an error that names it, not a corpus without vectors', async () => {
  const jsonl = lines({ _id: 'a', text: 'x', emb: null }, { _id: 'b', text: 'y', emb: [1, 2] });
  await using folder = await temporaryFolder();
  await expect(
    importFiles(folder.path, { 'docs.jsonl': jsonl, 'queries.jsonl': QUERY }),
  ).rejects.toMatchObject({
    message: expect.stringMatching(/docs\.jsonl:1: there is no vector in emb/),
  });
});

test('needs, slices and filters of queries are kept, each record by itself', async () => {
  const queries = lines(
    { _id: 'q1', text: 'one' },
    {
      _id: 'q2',
      text: 'two',
      need: 'n',
      cluster: 'c',
      slices: ['long', 'rare'],
      filter: { city: 'Lund' },
    },
    { _id: 'q3', text: 'three', need: 7, filter: { year: { gte: 3 }, city: null } },
    { _id: 'q4', text: 'four', filter: {}, slices: null, extra: [1], note: 'x' },
  );
  const { corpus, made } = await importAndRead({
    'docs.jsonl': lines({ _id: 'd', text: 'x', city: 'Lund', year: 4 }),
    'queries.jsonl': queries,
  });
  expect(corpus.queries.map(({ need, slices, filter }) => ({ need, slices, filter }))).toEqual([
    { need: 'q1', slices: ['plain'], filter: undefined },
    { need: 'n', slices: ['long', 'rare'], filter: { city: 'Lund' } },
    { need: '7', slices: ['filtered'], filter: { year: { gte: 3 } } },
    { need: 'q4', slices: ['plain'], filter: undefined },
  ]);
  expect(corpus.queries.map(({ cluster }) => cluster)).toEqual([
    undefined,
    'c',
    undefined,
    undefined,
  ]);
  expect(made.notes).toEqual([
    'lists of numbers in queries were not read: extra (--queries.vector-column names the vectors)',
    'fields of queries were not kept: note (of queries id, text, vector, need, cluster, slices and filter are)',
  ]);
});

test.each([
  ['{"_id":"q","text":"t","filter":{"year":{"above":3}}}', /queries\.jsonl:1: filter\.year: /],
  [
    '{"_id":"q","text":"t","filter":"city = 3"}',
    /queries\.jsonl:1: filter is a string and no JSON/,
  ],
  ['{"_id":"q","text":"t","slices":[3]}', /queries\.jsonl:1: slices are no names/],
  ['{"_id":"q","text":"t","need":{}}', /queries\.jsonl:1: need is no name/],
  ['{"_id":"q","text":"t","filter":{"author":{"gte":1980941545339129858}}}', /filter\.author/],
])('a query such as %s is refused with file and line', async (query, message) => {
  await using folder = await temporaryFolder();
  const files = { 'docs.jsonl': '{"_id":"d","text":"x"}', 'queries.jsonl': query };
  await expect(importFiles(folder.path, files)).rejects.toMatchObject({
    message: expect.stringMatching(message),
  });
});

test('whole numbers beyond 2^53 keep all their digits, in ids, metadata, filters and judgments', async () => {
  const big = ['1980941545339129858', '1980941545339129859'];
  const docs = `{"id": ${big[0]}, "text": "first", "author": ${big[1]}, "small": 9007199254740991, "real": 0.1234567890123456}
{"id": ${big[1]}, "text": "second", "author": -${big[0]}, "nested": "no 12345678901234567890"}\n`;
  const queries = `{"id": 1, "text": "post", "filter": {"author": ${big[1]}}}\n`;
  const qrels = `{"query-id": 1, "corpus-id": ${big[1]}, "score": 2}\n`;
  const { corpus, made } = await importAndRead({
    'docs.jsonl': docs,
    'queries.jsonl': queries,
    'qrels.jsonl': qrels,
  });
  const [documents] = corpus.collections;
  expect(documents?.documents.map(({ id }) => id)).toEqual(big);
  expect(documents?.documents[0]?.metadata).toEqual({
    author: big[1],
    small: 9007199254740991,
    real: 0.1234567890123456,
  });
  expect(documents?.documents[1]?.metadata.author).toBe(`-${big[0]}`);
  expect(corpus.queries[0]?.filter).toEqual({ author: big[1] });
  expect([...(corpus.judgments.get('1') ?? [])]).toEqual([[`documents/${big[1]}`, 2]]);
  expect(made.notes).toContain(
    'numbers beyond 2^53 in documents are kept as text, with all digits: author',
  );
});

test('so do those of Parquet, decimals included', async () => {
  const big = [1980941545339129858n, 1980941545339129859n];
  const table = parquet(
    { name: 'id', data: big, type: 'INT64' },
    { name: 'text', data: ['first', 'second'], type: 'STRING' },
    { name: 'author', data: [...big].reverse(), type: 'INT64' },
  );
  const { corpus } = await importAndRead({ 'docs.parquet': table, 'queries.jsonl': QUERY });
  expect(corpus.collections[0]?.documents).toEqual([
    { id: '1980941545339129858', text: 'first', metadata: { author: '1980941545339129859' } },
    { id: '1980941545339129859', text: 'second', metadata: { author: '1980941545339129858' } },
  ]);
  const { scaled } = await import('../../../src/corpus/import/confined/parquet/parquet-columns.ts');
  expect(scaled(1980941545339129858n, 0)).toBe(1980941545339129858n);
  expect(scaled(-1250n, 2)).toBe(-12.5);
  expect(scaled(198094154533912985812n, 2)).toBe('1980941545339129858.12');
  expect(scaled(5n, 3)).toBe(0.005);
});

test('the corpus itself refuses a number it would round, with file and line', async () => {
  await using folder = await temporaryFolder();
  await importFiles(folder.path, {
    'docs.jsonl': '{"_id":"d","text":"x"}',
    'queries.jsonl': QUERY,
  });
  const { readFile, writeFile } = await import('node:fs/promises');
  const { loadCorpus } = await import('../../../src/corpus/load.ts');
  const path = `${folder.path}/out/manifest.json`;
  const manifest = JSON.parse(await readFile(path, 'utf8'));
  delete manifest.collections[0].sha256;
  await writeFile(path, JSON.stringify(manifest));
  await writeFile(
    `${folder.path}/out/documents.jsonl`,
    '{"id":"d","text":"x","metadata":{"author":1980941545339129858}}\n',
  );
  await expect(loadCorpus(`${folder.path}/out`)).rejects.toMatchObject({
    message: expect.stringMatching(
      /documents\.jsonl:1: metadata\.author: 1980941545339129858 is beyond 2\^53/,
    ),
  });
});

test('a vector under a name of its own is named where it is not read, and read where it is named', async () => {
  const docs = lines(
    { _id: 'a', text: 'red kite', 'model-3-embedding': [1, 0], pages: [3, 4] },
    { _id: 'b', text: 'blue tit', 'model-3-embedding': [0, 1] },
  );
  const queries = lines({ _id: 'q', text: 'kite', other: [1, 1] });
  const unread = await importAndRead({ 'docs.jsonl': docs, 'queries.jsonl': queries });
  expect(unread.vectors).toBeNull();
  expect(unread.made.notes).toEqual([
    'lists of numbers in documents were not read: model-3-embedding, pages (--documents.vector-column names the vectors)',
    'lists of numbers in queries were not read: other (--queries.vector-column names the vectors)',
  ]);
  const read = await importAndRead(
    { 'docs.jsonl': docs, 'queries.jsonl': queries },
    {
      columns: {
        ...NO_COLUMNS,
        documents: { vector: 'model-3-embedding' },
        queries: { vector: 'other' },
      },
    },
  );
  expect([...(read.vectors?.documents.values ?? [])]).toEqual([1, 0, 0, 1]);
  expect([...(read.vectors?.queries.values ?? [])]).toEqual([1, 1]);
});

test('queries whose vector is called query are vectors, and named columns of one role leave the other alone', async () => {
  const docs = lines({ key: 'a', words: 'red', query: 'no vector' });
  const queries = lines({ query: [1, 2], conditions: null }, { query: [3, 4] });
  await using folder = await temporaryFolder();
  const columns = { ...NO_COLUMNS, documents: { id: 'key', text: 'words' } };
  await expect(
    importFiles(folder.path, { 'docs.jsonl': docs, 'queries.jsonl': queries }, { columns }),
  ).rejects.toMatchObject({
    message: expect.stringMatching(/documents have no vectors, queries have vectors of 2/),
  });
  const vectors = lines({ key: 'a', emb: [1, 2] });
  const { corpus, vectors: read } = await importAndRead(
    { 'docs.jsonl': vectors, 'queries.jsonl': queries },
    { columns: { ...NO_COLUMNS, documents: { id: 'key' } } },
  );
  expect(corpus.queries.map(({ id, textless }) => [id, textless])).toEqual([
    ['0', true],
    ['1', true],
  ]);
  expect([...(read?.queries.values ?? [])]).toEqual([1, 2, 3, 4]);
});

test('ids that are objects, as MongoDB writes them, are refused and not replaced by numbers', async () => {
  await using folder = await temporaryFolder();
  const files = {
    'docs.jsonl': '{"_id":{"$oid":"507f1f77bcf86cd799439011"},"text":"one"}\n',
    'queries.jsonl': '{"_id":"q1","text":"first"}\n',
  };
  await expect(importFiles(folder.path, files)).rejects.toThrow(/_id holds no ids/);
});

test('a column that is named and not there is refused with the fields that are', async () => {
  await using folder = await temporaryFolder();
  const columns = { ...NO_COLUMNS, queries: { text: 'asked' } };
  const files = { 'docs.jsonl': '{"_id":"d","text":"x"}', 'queries.jsonl': QUERY };
  await expect(importFiles(folder.path, files, { columns })).rejects.toMatchObject({
    message: expect.stringMatching(/queries\.jsonl: there is no field "asked"/),
    hint: expect.stringMatching(/the fields are: _id, text; --queries\.text-column/),
  });
});

test('a byte-order mark, CRLF and blank lines change nothing', async () => {
  const docs = '\ufeff{"_id":"a","text":"x"}\r\n\r\n{"_id":"b","text":"y"}\r\n';
  const { corpus } = await importAndRead({
    'docs.jsonl': docs,
    'queries.jsonl': `\ufeff${QUERY}`,
    'qrels.tsv': '\ufeffquery-id\tcorpus-id\tscore\r\nq\tb\t1\r\n',
  });
  expect(corpus.collections[0]?.documents.map(({ id, text }) => id + text)).toEqual(['ax', 'by']);
  expect([...(corpus.judgments.get('q')?.keys() ?? [])]).toEqual(['documents/b']);
});

test.each<[string, Buffer | string, RegExp, RegExp]>([
  [
    'UTF-16 with a mark',
    Buffer.from('\ufeff{"_id":"a","text":"x"}\n', 'utf16le'),
    /docs\.jsonl:1: not UTF-8, but UTF-16/,
    /iconv/,
  ],
  [
    'UTF-16 without one',
    Buffer.from('{"_id":"a","text":"x"}\n', 'utf16le'),
    /docs\.jsonl:1: not UTF-8, but UTF-16/,
    /iconv/,
  ],
  [
    'NaN',
    '{"_id":"a","text":"x","v":1}\n{"_id":"b","text":"x","vector":[1,NaN]}\n',
    /docs\.jsonl:2: malformed JSON/,
    /NaN and Infinity are no JSON/,
  ],
  [
    'an id of two shards',
    '{"_id":"a","text":"x"}\n{"_id":"a","text":"y"}\n',
    /docs\.jsonl:2: the id a occurs a second time, after .*docs\.jsonl/,
    /id of its own/,
  ],
  ['nothing', '', /docs\.jsonl: there is not one row/, /documents are needed/],
  ['blank lines alone', '\n\r\n \n', /docs\.jsonl: there is not one row/, /documents are needed/],
])('%s is refused with the place and what to do', async (_what, docs, message, hint) => {
  await using folder = await temporaryFolder();
  const files = { 'docs.jsonl': docs, 'queries.jsonl': QUERY };
  await expect(importFiles(folder.path, files)).rejects.toMatchObject({
    name: 'UsageError',
    message: expect.stringMatching(message),
    hint: expect.stringMatching(hint),
  });
});

test('an infinite number in metadata is named as not kept, and a missing one is null', async () => {
  const { made, corpus } = await importAndRead({
    'docs.jsonl': '{"id":"a","text":"one","high":1e400,"low":null,"mid":1}\n',
    'queries.jsonl': '{"id":"q1","text":"first"}\n',
  });
  expect(corpus.collections[0]?.documents[0]?.metadata).toEqual({ low: null, mid: 1 });
  expect(made.notes.join()).toMatch(/fields of documents were not kept: high/);
});
