import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { loadCorpus } from '../../../src/corpus/load.ts';
import { importAndRead, importFiles, NO_COLUMNS, temporaryFolder } from './harness.ts';

const DOCS = '{"_id":"d1","text":"one"}\n{"_id":"d2","text":"two"}\n';
const QUERIES = '{"_id":"q1","text":"first"}\n{"_id":"q2","text":"second"}\n';

async function rowsOf(docs: string, queries = 'id,text\nq1,first\n') {
  const { corpus, made } = await importAndRead({ 'docs.csv': docs, 'queries.csv': queries });
  return {
    documents: corpus.collections[0]?.documents,
    queries: corpus.queries,
    notes: made.notes,
  };
}

test('cells in quotes hold separators, line breaks, blank lines and quotes; the file may be of Windows', async () => {
  const { documents } = await rowsOf(
    '\uFEFFID,Title,Text\r\n1,"Anvil, small","One ""heavy"" thing\r\n\r\nin two parts"\r\n\r\n2,,plain\r\n',
  );
  expect(documents?.map(({ id, text }) => [id, text])).toEqual([
    ['1', 'Anvil, small One "heavy" thing\n\nin two parts'],
    ['2', 'plain'],
  ]);
});

test('a quote within a cell is a letter: rows between two of them stay rows', async () => {
  const { documents } = await rowsOf('id,text\n1,a 5" screen\n2,plain\n3,a 7" screen\n');
  expect(documents?.map(({ id, text }) => [id, text])).toEqual([
    ['1', 'a 5" screen'],
    ['2', 'plain'],
    ['3', 'a 7" screen'],
  ]);
});

test('quotes at both ends of a TSV cell stay where they are of two words', async () => {
  const { corpus } = await importAndRead({
    'docs.tsv': 'id\ttext\n1\t"Yes" or "no"\n2\t"all of ""it"""\n',
    'queries.jsonl': QUERIES,
    'qrels.tsv': 'query-id\tcorpus-id\tscore\n"q1"\t2\t1\n',
  });
  expect(corpus.collections[0]?.documents.map(({ text }) => text)).toEqual([
    '"Yes" or "no"',
    'all of "it"',
  ]);
  expect([...corpus.judgments.keys()]).toEqual(['q1']);
});

test('columns of numbers and truth values become such metadata, ids and texts stay as written', async () => {
  const { documents } = await rowsOf(
    'id;text;years;code;remote;price\n007;1.50;3;0123;True;1.5\n008;2;12;10115;False;\n',
  );
  expect(documents).toMatchObject([
    { id: '007', text: '1.50', metadata: { years: 3, code: '0123', remote: true, price: 1.5 } },
    { id: '008', text: '2', metadata: { years: 12, code: '10115', remote: false, price: null } },
  ]);
});

test('a column is of numbers where it is in all files of a folder', async () => {
  await using folder = await temporaryFolder();
  const from = join(folder.path, 'in');
  await mkdir(join(from, 'documents'), { recursive: true });
  await writeFile(join(from, 'documents/0.csv'), 'id,text,zip,floor\na,one,12345,1\n');
  await writeFile(join(from, 'documents/1.csv'), 'id,text,zip,floor\nb,two,01234,2\n');
  await writeFile(join(from, 'queries.csv'), 'id,text\nq1,first\n');
  await importFiles(folder.path, {}, { from: [from] });
  const { collections } = await loadCorpus(join(folder.path, 'out'));
  expect(collections[0]?.documents.map(({ metadata }) => metadata)).toEqual([
    { zip: '12345', floor: 1 },
    { zip: '01234', floor: 2 },
  ]);
});

test('vectors stand in cells as JSON lists', async () => {
  const { vectors } = await importAndRead({
    'docs.csv': 'id,text,embedding\na,one,"[1, 0.5, -2e-1]"\nb,two,"[0, 1, 0]"\n',
    'queries.csv': 'id,text,embedding\nq,which,"[0, 0, 1]"\n',
  });
  expect([...(vectors?.documents.values ?? [])]).toEqual([1, 0.5, -0.2, 0, 1, 0].map(Math.fround));
});

test('two columns without a heading are ids and texts, in a folder as MS MARCO has it', async () => {
  await using folder = await temporaryFolder();
  const from = join(folder.path, 'in');
  const files = {
    'collection.tsv': '0\tThe presence of "communication" amid minds\n1\tOther\n',
    'queries.dev.tsv': '11\tpresence of minds\n12\tnobody asked this\n',
    'qrels.dev.tsv': '11\t0\t0\t1\n',
    'triples.train.tsv': '11\t0\n',
    'notes/readme.tsv': 'a\n',
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(from, name)), { recursive: true });
    await writeFile(join(from, name), text);
  }
  const made = await importFiles(folder.path, {}, { from: [from] });
  const corpus = await loadCorpus(join(folder.path, 'out'));
  expect(corpus.collections[0]?.documents.map(({ id, text }) => [id, text])).toEqual([
    ['0', 'The presence of "communication" amid minds'],
    ['1', 'Other'],
  ]);
  expect(corpus.queries.map(({ id }) => id)).toEqual(['11']);
  expect([...corpus.judgments].map(([id, of]) => [id, [...of]])).toEqual([
    ['11', [['documents/0', 1]]],
  ]);
  expect(made.notes.join('\n')).toMatch(/were not read.*readme\.tsv, triples\.train\.tsv/);
});

test('beside JSON lines, tables of the same role are left out and named', async () => {
  await using folder = await temporaryFolder();
  const from = join(folder.path, 'in');
  await mkdir(from);
  await writeFile(join(from, 'docs.jsonl'), DOCS);
  await writeFile(join(from, 'docs.csv'), 'id,text\nd1,one\nd2,two\n');
  await writeFile(join(from, 'queries.jsonl'), QUERIES);
  const made = await importFiles(folder.path, {}, { from: [from] });
  expect(made.notes.join('\n')).toMatch(/left out beside others.*docs\.csv/);
});

test.each<[string, string, RegExp, RegExp]>([
  ['docs.csv', 'id,text\na,"never closed\nb,two\n', /docs\.csv:2: a quote is opened/, /double/],
  ['docs.csv', 'id,text\na,"one" and "two"\n', /docs\.csv:2: a cell goes on behind/, /double/],
  ['docs.csv', 'id,text\na,"an \\"odd\\" one"\n', /docs\.csv:2: a cell goes on behind/, /double/],
  ['docs.csv', 'id,text\na,one\nb,two,three\n', /docs\.csv:3: has 3 columns.* 2/, /in quotes/],
  ['docs.tsv', 'id\ttext\tid\na\tone\tb\n', /two columns are called "id"/, /another name/],
  ['docs.tsv', 'sku\tprice\nx\t1\n', /neither a text nor a vector/, /text-column/],
  ['docs.json', '[{"id":"a","text":"one"}]', /does not tell its format/, /jq -c/],
])('%s %j is refused with place and remedy', async (name, text, message, hint) => {
  await using folder = await temporaryFolder();
  const files = { [name]: text, 'queries.jsonl': QUERIES };
  await expect(importFiles(folder.path, files)).rejects.toMatchObject({
    name: 'UsageError',
    message: expect.stringMatching(message),
    hint: expect.stringMatching(hint),
  });
});

test('columns of a table may be named', async () => {
  const { corpus } = await importAndRead(
    { 'docs.csv': 'sku,Description\nx,one\n', 'queries.jsonl': QUERIES },
    { columns: { ...NO_COLUMNS, documents: { id: 'sku', text: 'Description' } } },
  );
  expect(corpus.collections[0]?.documents).toMatchObject([{ id: 'x', text: 'one' }]);
});

test.each([
  '{"q1": {"d1": 2}, "q2": {"d2": 1, "d9": 1}}',
  '{\n  "q1": {"d1": 2.0},\n  "q2": ["d2", "d9"]\n}\n',
])('judgments in one JSON object are read: %j', async (text) => {
  const { corpus, made } = await importAndRead({
    'docs.jsonl': DOCS,
    'queries.jsonl': QUERIES,
    'qrels.json': text,
  });
  expect([...corpus.judgments].map(([id, of]) => [id, [...of]])).toEqual([
    ['q1', [['documents/d1', 2]]],
    ['q2', [['documents/d2', 1]]],
  ]);
  expect(made.notes.join()).toMatch(/1 judgment names documents that are not there/);
});

test('a JSON file that is no object of judgments is refused', async () => {
  await using folder = await temporaryFolder();
  const files = { 'docs.jsonl': DOCS, 'queries.jsonl': QUERIES, 'qrels.json': '[1]' };
  await expect(importFiles(folder.path, files)).rejects.toThrow(/holds no judgments/);
});
