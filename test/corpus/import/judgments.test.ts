import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { collectJudgments } from '../../../src/corpus/import/judgments/collect.ts';
import { plainFile } from '../../../src/corpus/import/source-file.ts';
import { loadCorpus } from '../../../src/corpus/load.ts';
import { importAndRead, importFiles, NO_COLUMNS, temporaryFolder } from './harness.ts';

const DOCS = '{"_id":"d1","text":"one"}\n{"_id":"d2","text":"two"}\n';
const QUERIES = '{"_id":"q1","text":"first"}\n{"_id":"q2","text":"second"}\n';
const EXPECTED = [
  ['q1', [['documents/d1', 2]]],
  ['q2', [['documents/d2', 1]]],
];

const TABLE = Buffer.from(
  parquetWriteBuffer({
    columnData: [
      { name: 'query-id', data: ['q1', 'q2'], type: 'STRING' },
      { name: 'corpus-id', data: ['d1', 'd2'], type: 'STRING' },
      { name: 'score', data: Float64Array.of(2, 1), type: 'DOUBLE' },
    ],
  }),
);

const LISTS = Buffer.from(
  parquetWriteBuffer({
    columnData: [
      { name: 'query-id', data: ['q1', 'q1', 'q2'], type: 'STRING' },
      { name: 'positive_ids', data: [['d1'], [], ['d2']] },
      { name: 'rel', data: [2, 2, 1], type: 'INT32' },
    ],
  }),
);

async function judgmentsOf(name: string, bytes: string | Buffer, columns = NO_COLUMNS) {
  const { corpus, made } = await importAndRead(
    { 'docs.jsonl': DOCS, 'queries.jsonl': QUERIES, [name]: bytes },
    { columns },
  );
  return { judged: [...corpus.judgments].map(([id, of]) => [id, [...of]]), notes: made.notes };
}

test.each<[string, string | Buffer]>([
  ['qrels.tsv', 'query-id\tcorpus-id\tscore\nq1\td1\t2\nq2\td2\t1\n'],
  ['qrels.tsv', 'q1\td1\t2\nq2\td2\t1\n'],
  ['qrels.tsv', 'q1\td1\t2.0\nq2\td2\t1.\n'],
  ['qrels.tsv', 'score\tdocid\tqid\n2\td1\tq1\n1\td2\tq2\n'],
  ['qrels.tsv', 'qid\titer\tdocno\trel\tby\nq1\t0\td1\t2\tann\nq2\t0\td2\t1\tann\n'],
  ['qrels.tsv', '"query-id"\t"corpus-id"\t"score"\n"q1"\t"d1"\t"2"\n"q2"\t"d2"\t1\n'],
  ['qrels.csv', 'query-id,corpus-id,score\nq1,d1,2\nq2,d2,1\n'],
  ['qrels.trec', 'q1 0 d1 2\nq2 0 d2 1\n'],
  ['qrels.trec', 'q1\t0\td1\t2\nq2\t0\td2\t1\n'],
  ['qrels.txt', 'q1  Q0   d1  2\r\nq2 Q0 d2 1'],
  [
    'qrels.jsonl',
    '{"query-id":"q1","corpus-id":"d1","score":2}\n{"query-id":"q2","corpus-id":"d2","score":1.0}\n',
  ],
  [
    'qrels.jsonl',
    '{"query_id":"q1","doc_id":"d1","relevance":"2"}\n{"query_id":"q2","doc_id":"d2","relevance":1}\n',
  ],
  ['qrels.parquet', TABLE],
  ['test.parquet', TABLE],
  ['qrels.trec', '# made by hand\nq1 0 d1 2\n\n# q1 0 d2 3\nq2 0 d2 1\n'],
  ['qrels.tsv', '#the columns are query doc rel and nothing else\nq1\td1\t2\nq2\td2\t1\n'],
  ['qrels.trec', '# qid iter docno rel\nq1 0 d1 2\nq2 0 d2 1\n'],
  ['qrels.txt', '# docno qid rel\nd1 q1 2\nd2 q2 1\n'],
  ['qrels.csv', 'query;document;rating\n"q1";d1;2\nq2;"d2";true\n'],
  ['qrels.tsv', 'q1\td1\t2\nq2\td2\tTrue\n'],
  [
    'qrels.jsonl',
    '{"query_id":"q1","relevant":{"d1":2,"d2":null}}\n{"query_id":"q2","relevant":{"d2":true}}\n',
  ],
  [
    'test.jsonl',
    '{"query_id":"q1","relevant_docs":[{"docid":"d1","grade":2}]}\n{"query_id":"q2","relevant_docs":["d2"]}\n',
  ],
  [
    'qrels.jsonl',
    '{"_id":"q1","query":"first","doc_id":["d1"],"score":[2]}\n{"_id":"q2","query":"second","doc_id":["d2"],"score":1}\n',
  ],
  [
    'qrels.json',
    '[{"qid":"q1","doc_id":"d1","relevant":2},{"qid":"q2","doc_id":"d2","relevant":true}]',
  ],
  ['qrels.json', '{"q1":[{"id":"d1","rel":2}],"q2":["d2"]}'],
  ['test.parquet', LISTS],
])('%s is read (%#)', async (name, bytes) => {
  expect(await judgmentsOf(name, bytes)).toEqual({ judged: EXPECTED, notes: [] });
});

test('false is no relevance, and ids that are numbers keep their digits', async () => {
  const { corpus } = await importAndRead({
    'docs.jsonl': '{"_id":1980941545339129858,"text":"one"}\n{"_id":2,"text":"two"}\n',
    'queries.jsonl': '{"_id":7,"text":"first"}\n',
    'qrels.jsonl':
      '{"query_id":7,"relevant":[1980941545339129858]}\n{"query_id":7,"relevant":{"2":false}}\n',
  });
  expect([...corpus.judgments].map(([id, of]) => [id, [...of]])).toEqual([
    [
      '7',
      [
        ['documents/1980941545339129858', 1],
        ['documents/2', 0],
      ],
    ],
  ]);
});

test('queries with their relevant documents are queries and judgments', async () => {
  const lines =
    '{"_id":"q1","text":"first","relevant":{"d1":2}}\n{"_id":"q2","text":"second","relevant":["d2"]}\n';
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'docs.jsonl'), DOCS);
  await writeFile(join(folder.path, 'asked.jsonl'), lines);
  const from = ['documents=docs.jsonl', 'queries=asked.jsonl', 'judgments=asked.jsonl'].map((one) =>
    one.replace('=', `=${folder.path}/`),
  );
  const without = await importFiles(folder.path, {}, { from: from.slice(0, 2) });
  expect(without.notes.join()).toMatch(/not kept: relevant .*give the file as judgments=PATH too/);
  await rm(join(folder.path, 'out'), { recursive: true });
  await importFiles(folder.path, {}, { from });
  const { judgments } = await loadCorpus(join(folder.path, 'out'));
  expect([...judgments].map(([id, of]) => [id, [...of]])).toEqual(EXPECTED);
});

test.each([
  ['qrels.tsv', 'query\tpassage text\tvalue\nq1\td1\t2\nq2\td2\t1\n'],
  ['qrels.trec', 'Q run D how\nq1 0 d1 2\nq2 0 d2 1\n'],
  ['qrels.csv', 'asked,found,"how, well"\nq1,d1,2\nq2,d2,1\n'],
])('a heading of unknown names is taken by its places, and told: %s %j', async (name, text) => {
  const { judged, notes } = await judgmentsOf(name, text);
  expect(judged).toEqual(EXPECTED);
  expect(notes).toEqual([
    expect.stringMatching(
      /^\S+:1: taken for a heading, by its place for query, document and grade/,
    ),
  ]);
});

test('a query whose id begins with # is no remark', async () => {
  const { corpus } = await importAndRead({
    'docs.jsonl': DOCS,
    'queries.jsonl': '{"_id":"#7","text":"first"}\n',
    'qrels.trec': '#7 0 d1 2\n# 0 d2 1\n#7 0 d2 1\n',
  });
  expect([...(corpus.judgments.get('#7') ?? [])]).toEqual([
    ['documents/d1', 2],
    ['documents/d2', 1],
  ]);
});

test('a file of judgments that goes away is named', async () => {
  for (const name of ['gone.json', 'gone.tsv']) {
    const file = plainFile(join(tmpdir(), 'no-such-folder', name));
    await expect(
      collectJudgments([{ file, importer: null, metric: null }], {}),
    ).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringMatching(/gone\.\w+: no such file/),
    });
  }
});

test('columns of judgments may be named', async () => {
  const columns = {
    ...NO_COLUMNS,
    judgments: { query: 'asked', document: 'found', grade: 'how well' },
  };
  const jsonl =
    '{"asked":"q1","found":"d1","how well":2}\n{"asked":"q2","found":"d2","how well":1}\n';
  expect((await judgmentsOf('qrels.jsonl', jsonl, columns)).judged).toEqual(EXPECTED);
  const tsv = 'asked\tfound\tby\thow well\nq1\td1\tx\t2\nq2\td2\tx\t1\n';
  expect((await judgmentsOf('qrels.tsv', tsv, columns)).judged).toEqual(EXPECTED);
});

test('of a pair that is judged twice the highest grade counts, and the pairs are counted', async () => {
  const { judged, notes } = await judgmentsOf(
    'qrels.tsv',
    'q1\td1\t2\nq1\td1\t1\nq2\td2\t1\nq2\td2\t1\n',
  );
  expect(judged).toEqual(EXPECTED);
  expect(notes).toEqual([
    '2 judgments are of a pair that was judged before: its highest grade counts',
  ]);
});

test('judgments of unknown ids are counted and shown', async () => {
  const { judged, notes } = await judgmentsOf(
    'qrels.tsv',
    'q1\td1\t2\nq2\td2\t1\nq9\td1\t1\nq9\td2\t1\nq1\td8\t1\nq1\td9\t1\n',
  );
  expect(judged).toEqual(EXPECTED);
  expect(notes).toEqual([
    '2 judgments name queries that are not there and were left out: q9',
    '2 judgments name documents that are not there and were left out: d8, d9',
  ]);
});

test.each<[string, string, RegExp, RegExp]>([
  ['qrels.tsv', 'q1\td1\t0.5\n', /qrels\.tsv:1: the grade "0\.5" is no whole number/, /round/],
  ['qrels.tsv', 'q1\td1\thigh\n', /qrels\.tsv:1: the grade "high"/, /whole numbers/],
  ['qrels.tsv', 'q1\td1\t1\nq1\td1\n', /qrels\.tsv:2: 2 fields are no judgment/, /a line is/],
  ['qrels.trec', 'q1 Q0 d1 1 12.5 run\n', /qrels\.trec:1: a line of a run/, /give the qrels/],
  [
    'qrels.jsonl',
    '{"query-id":"q1","corpus-id":"d1"}\n',
    /qrels\.jsonl: no field names the grade/,
    /grade-column/,
  ],
  [
    'qrels.jsonl',
    '{"query-id":"q1","corpus-id":"d1","score":1}\n{"query-id":"q1","corpus-id":"d2","score":null}',
    /qrels\.jsonl:2: the grade null/,
    /whole/,
  ],
  [
    'qrels.jsonl',
    '{"query-id":"q1","corpus-id":{},"score":1}\n',
    /qrels\.jsonl:1: corpus-id is no id/,
    /an id is/,
  ],
  [
    'qrels.tsv',
    'passage\tqid\tvalue\nd1\tq1\t1\n',
    /qrels\.tsv:1: the first line does not name all/,
    /name them/,
  ],
  ['qrels.tsv', 'q1\td1\tnone\nq2\td2\tnone\n', /qrels\.tsv:1: the grade "none"/, /true and false/],
  [
    'qrels.jsonl',
    '{"query_id":"q1","relevant":[null]}\n',
    /qrels\.jsonl:1: its list .* null, which has no id/,
    /holds ids/,
  ],
  [
    'qrels.jsonl',
    '{"query_id":"q1","relevant":[{"text":"one"}]}\n',
    /:1: its list .*, which has no id/,
    /holds ids/,
  ],
  [
    'qrels.jsonl',
    '{"query_id":"q1","relevant":["d1"],"rel":[1,2]}\n',
    /:1: lists 1 document and 2 grades/,
    /one grade/,
  ],
  ['qrels.json', '{"q1":[[1]]}', /query q1: its list .*, which has no id/, /holds ids/],
  [
    'qrels.tsv',
    '0 \td1\t1\n',
    /queries such as "0 ", and queries are "q1", "q2"/,
    /belong together/,
  ],
  [
    'qrels.tsv',
    'q1\tx1\t1\nq2\tx2\t1\n',
    /not one of 2 judgments names a document that is there, e\.g\. x1, x2/,
    /these documents/,
  ],
])('%s with %j is refused with the place and what to do', async (name, bytes, message, hint) => {
  await using folder = await temporaryFolder();
  const files = { 'docs.jsonl': DOCS, 'queries.jsonl': QUERIES, [name]: bytes };
  await expect(importFiles(folder.path, files)).rejects.toMatchObject({
    name: 'UsageError',
    message: expect.stringMatching(message),
    hint: expect.stringMatching(hint),
  });
});

async function importFolder(files: Readonly<Record<string, string | Buffer>>, split = 'test') {
  await using folder = await temporaryFolder();
  const from = join(folder.path, 'in');
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(from, name)), { recursive: true });
    await writeFile(join(from, name), bytes);
  }
  const made = await importFiles(folder.path, {}, { from: [from], split });
  return { made, corpus: await loadCorpus(join(folder.path, 'out')) };
}

test('of several splits in a folder one is taken, whatever they are written in', async () => {
  const files = {
    'corpus.jsonl': DOCS,
    'queries.jsonl': QUERIES,
    'qrels/test.jsonl': '{"query-id":"q1","corpus-id":"d1","score":2}\n',
    'qrels/validation.jsonl': '{"query-id":"q2","corpus-id":"d2","score":1}\n',
    'qrels/train.jsonl': '{"query-id":"q2","corpus-id":"d1","score":1}\n',
  };
  const { corpus, made } = await importFolder(files);
  expect([...corpus.judgments.keys()]).toEqual(['q1']);
  expect(made.notes[0]).toBe(
    'judgments of other splits were left out: qrels/train.jsonl, qrels/validation.jsonl',
  );
  const dev = await importFolder(files, 'dev');
  expect([...dev.corpus.judgments.keys()]).toEqual(['q2']);
  await expect(importFolder(files, 'extra')).rejects.toMatchObject({
    message: expect.stringMatching(/no judgments of the split extra/),
    hint: 'choose with --split: test, train, dev',
  });
});

test('the folders of a hub are read: shards, judgments under the name of a split', async () => {
  const shard = (at: number) =>
    Buffer.from(
      parquetWriteBuffer({
        columnData: [
          { name: '_id', data: [`d${at}`], type: 'STRING' },
          { name: 'title', data: [''], type: 'STRING' },
          { name: 'text', data: [`text ${at}`], type: 'STRING' },
        ],
      }),
    );
  const { corpus, made } = await importFolder({
    'README.md': '# a data set',
    'corpus/corpus-00000-of-00011.parquet': shard(0),
    'corpus/corpus-2.parquet': shard(2),
    'corpus/corpus-10.parquet': shard(1),
    'queries/queries-00000-of-00001.jsonl': QUERIES,
    'data/test-00000-of-00001.parquet': TABLE,
    'other/whatever.jsonl': '{"x":1}\n',
    '.cache/corpus.jsonl': '{"broken',
  });
  expect(corpus.collections[0]?.documents.map(({ id }) => id)).toEqual(['d0', 'd2', 'd1']);
  expect([...corpus.judgments].map(([id, of]) => [id, [...of]])).toEqual(EXPECTED);
  expect(made.notes).toEqual([
    expect.stringMatching(/2 files were not read, .*: README\.md, other\/whatever\.jsonl$/),
  ]);
});
