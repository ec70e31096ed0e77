import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { corpusCommand } from '../../bench/corpora/corpus.ts';
import { truthCommand } from '../../bench/corpora/truth.ts';
import { loadCorpus } from '../../src/corpus/load.ts';
import { encodeTable, utf8Column } from '../../src/record/tables/arrow-encode.ts';
import { VectorWriter } from '../../src/record/vectors/vector-writer.ts';
import { embeddedVectors } from '../../src/truth/corpus/unfinished.ts';
import { binFile } from '../corpus/import/tiny-files.ts';
import { runCommand } from '../support/run-command.ts';
import { serve } from '../wire/loopback.ts';

const ENCODER = join(import.meta.dirname, '../../corpora/encoder');

// Four directions of the plane and the first one again: cosines with (2, 1) fall 1, 0, 2, 3; row 4 ties with 0.
const DOCUMENTS = Float32Array.of(1, 0, 0, 1, -1, 0.5, 0, -1, 3, 0);
const QUERIES = Float32Array.of(2, 1, -1, 0);
const RIGHT = Int32Array.of(0, 4, 1, 2, 3, 1);

let cwd = '';
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'truth-'));
});
afterAll(() => rm(cwd, { recursive: true }));

/** Imports the plane with a ground truth and gives the folder's name. */
async function plane(name: string, lists: Int32Array, metric = 'cosine'): Promise<string> {
  const source = join(cwd, `${name}-source`);
  await mkdir(source);
  await writeFile(join(source, 'base.fbin'), binFile(5, 2, DOCUMENTS));
  await writeFile(join(source, 'query.fbin'), binFile(2, 2, QUERIES));
  await writeFile(join(source, 'gt.ibin'), binFile(2, 3, lists));
  const made = await runCommand(
    corpusCommand,
    ['corpus', 'import', '--from', source, '--out', name, '--metric', metric],
    { cwd },
  );
  expect(made).toMatchObject({ error: null, code: 0 });
  expect(made.stdout).toBe(
    `${name} in ${name}\n5 documents, 2 queries\n0 judgments\nvectors of 2 dimensions\n` +
      `no texts: only the vectors given can be used\nnearest by ${metric}\nground truth of 2 queries, 3 each\n`,
  );
  return name;
}

test('a ground truth that is right passes, whatever it makes of ties, and truth is stored', async () => {
  const swapped = Int32Array.of(4, 0, 1, 2, 1, 3);
  for (const [name, lists] of [
    ['right', RIGHT],
    ['swapped', swapped],
  ] as const) {
    const { stdout, stderr, code, error } = await runCommand(
      truthCommand,
      ['truth', '-o', 'markdown', await plane(name, lists), '--k', '3'],
      { cwd },
    );
    expect({ code, error }).toEqual({ code: 0, error: null });
    expect(stdout).toMatch(/duplicate-vector +\| ok/);
    expect(stdout).toMatch(/recall@3 of theirs against ours, tie-aware \| +1\.000000/);
    expect(stderr).toContain(`truth/${name}`);
  }
});

test('a second process is told while one computes into the folder, and touches nothing there', async () => {
  const name = await plane('held', RIGHT);
  const folder = join(cwd, 'truth', name);
  await mkdir(join(folder, 'unfinished'), { recursive: true });
  // The parent of this process runs for as long as this one.
  const owner = { pid: process.ppid, host: hostname(), token: 'theirs', started: null };
  await writeFile(join(folder, 'truth.lock'), JSON.stringify(owner));
  const argv = ['truth', name, '--k', '3'];
  const { code, stderr } = await runCommand(truthCommand, argv, { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain(`truth/${name}: the process ${process.ppid} of `);
  expect((await readdir(folder)).sort()).toEqual(['truth.lock', 'unfinished']);
  await rm(join(folder, 'truth.lock'));
  expect(await runCommand(truthCommand, argv, { cwd })).toMatchObject({ code: 0 });
  expect(await readdir(folder)).not.toContain('truth.lock');
});

test('truth.ibin holds n, k, row numbers and distances; truth.fbin the distances; Parquet the ties', async () => {
  const name = await plane('stored', RIGHT);
  await runCommand(truthCommand, ['truth', '-o', 'markdown', name, '--k', '3', '--out', 'files'], {
    cwd,
  });
  const ibin = await readFile(join(cwd, 'files/truth.ibin'));
  expect([ibin.readUInt32LE(0), ibin.readUInt32LE(4), ibin.length]).toEqual([2, 3, 8 + 2 * 3 * 8]);
  const numbers = (bytes: Buffer, from: number, count: number, float: boolean) =>
    Array.from({ length: count }, (_, i) =>
      float ? bytes.readFloatLE(from + 4 * i) : bytes.readInt32LE(from + 4 * i),
    );
  expect(numbers(ibin, 8, 6, false)).toEqual([0, 4, 1, 2, 1, 3]);
  const distances = numbers(ibin, 32, 6, true);
  expect(distances[0]).toBeCloseTo(1 - 2 / Math.sqrt(5), 6);
  expect(distances[3]).toBeCloseTo(1 - 1 / Math.sqrt(1.25), 6);
  const fbin = await readFile(join(cwd, 'files/truth.fbin'));
  expect(numbers(fbin, 8, 6, true)).toEqual(distances);
  const bytes = await readFile(join(cwd, 'files/truth.parquet'));
  const file = Uint8Array.from(bytes).buffer;
  const rows = await parquetReadObjects({ file });
  expect(
    rows.map(({ query_id, rank, document, tied_at_k }) => [query_id, rank, document, tied_at_k]),
  ).toEqual([
    ['0', 1, 'documents/0', false],
    ['0', 2, 'documents/4', false],
    ['0', 3, 'documents/1', false],
    ['1', 1, 'documents/2', false],
    ['1', 2, 'documents/1', true],
    ['1', 3, 'documents/3', true],
  ]);
  expect(JSON.parse(await readFile(join(cwd, 'files/truth.json'), 'utf8'))).toMatchObject({
    metric: 'cosine',
    k: 3,
    queries: 2,
    documents: 5,
    vectors: 'imported from base.fbin, query.fbin',
  });
});

test('a ground truth that is wrong is exit 1, and the documents that differ are named', async () => {
  const name = await plane('wrong', Int32Array.of(0, 4, 3, 2, 3, 1));
  const { stdout, stderr, code } = await runCommand(
    truthCommand,
    ['truth', '-o', 'markdown', name, '--k', '3'],
    {
      cwd,
    },
  );
  expect(code).toBe(1);
  expect(stdout).toMatch(/\| 0 +\| 0\.6667 \| documents\/3 \| documents\/1 \|/);
  expect(stdout).toMatch(/queries that differ +\| +1 \|/);
  expect(stderr).toContain('disagrees on 1 query');
});

test('a corpus of another metric has its truth, and another one is held against a scan', async () => {
  // By distance, (2, 1) has (3, 0) and (1, 0) at √2 each; cosine would accept them as well, then (0, 1) at 2.
  // (−1, 0) has (−1, .5) first, then (0, ±1) at √2.
  const name = await plane('euclidean', Int32Array.of(4, 0, 1, 2, 3, 1), 'euclidean');
  const right = await runCommand(
    truthCommand,
    ['truth', '-o', 'markdown', name, '--k', '3', '--out', 'apart'],
    {
      cwd,
    },
  );
  expect(right.stdout).toMatch(/metric +\| +euclidean \|/);
  expect(right.code).toBe(0);
  const ibin = await readFile(join(cwd, 'apart/truth.ibin'));
  const at = (i: number) => [ibin.readInt32LE(8 + 4 * i), ibin.readFloatLE(32 + 4 * i)] as const;
  expect([0, 1, 2, 3, 4, 5].map((i) => at(i)[0])).toEqual([0, 4, 1, 2, 1, 3]);
  for (const [i, distance] of [2, 2, 4, 0.25, 2, 2].entries()) {
    expect(at(i)[1]).toBeCloseTo(Math.sqrt(distance), 5);
  }
  expect(JSON.parse(await readFile(join(cwd, 'apart/truth.json'), 'utf8')).metric).toBe(
    'euclidean',
  );
  const bytes = Uint8Array.from(await readFile(join(cwd, 'apart/truth.parquet')));
  const [first] = await parquetReadObjects({ file: bytes.buffer });
  expect(first?.distance).toBeCloseTo(Math.SQRT2, 9);
  const dot = await runCommand(
    truthCommand,
    ['truth', '-o', 'markdown', name, '--k', '1', '--metric', 'dot'],
    {
      cwd,
    },
  );
  expect(dot.code).toBe(0);
  const wrong = await plane('dot', Int32Array.of(0, 4, 1, 2, 3, 1), 'dot');
  expect(
    (await runCommand(truthCommand, ['truth', '-o', 'markdown', wrong, '--k', '1'], { cwd })).code,
  ).toBe(1);
});

test('a file that is not the one of the manifest is exit 4, with a report and without truth', async () => {
  const name = await plane('changed', RIGHT);
  await appendFile(join(cwd, name, 'documents.jsonl'), '\n');
  const { stdout, code } = await runCommand(
    truthCommand,
    ['truth', '-o', 'markdown', name, '--out', 'none'],
    {
      cwd,
    },
  );
  expect(code).toBe(4);
  expect(stdout).toMatch(/hash-mismatch +\| error +\| +1 \| 1 file is not the one/);
  await expect(readFile(join(cwd, 'none/truth.json'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a vector that is not finite is exit 4, named by the linter; a zero vector is a warning', async () => {
  const name = await plane('spoilt', RIGHT);
  const spoil = async (value: number) => {
    const writer = new VectorWriter(join(cwd, name, 'vectors'));
    const ids = [0, 1, 2, 3, 4].map((row) => `documents/${row}`);
    const values = Float32Array.from(DOCUMENTS);
    values.fill(value, 2, 4);
    await writer.add('documents', ids, 2, values);
    await writer.add('queries', ['0', '1'], 2, QUERIES);
    await writer.end('a test');
    return await runCommand(truthCommand, ['truth', '-o', 'markdown', name, '--k', '3'], { cwd });
  };
  const nan = await spoil(Number.NaN);
  expect(nan.code).toBe(4);
  expect(nan.stdout).toMatch(/non-finite-vector +\| error +\| +1 \|.*documents\/1/);
  const zero = await spoil(0);
  expect(zero.stdout).toMatch(/zero-vector +\| warning +\| +1 \|.*documents\/1/);
});

test('texts are embedded by the local encoder or by a backend, and a corpus without texts by neither', async () => {
  const source = join(cwd, 'texts');
  await mkdir(source);
  await writeFile(
    join(source, 'docs.jsonl'),
    '{"id":"a","text":"nurse"}\n{"id":"b","text":"welder"}\n',
  );
  await writeFile(join(source, 'queries.jsonl'), '{"id":"q","text":"a nurse"}\n');
  await runCommand(corpusCommand, ['corpus', 'import', '--from', source, '--out', 'worded'], {
    cwd,
  });
  const local = await runCommand(
    truthCommand,
    ['truth', '-o', 'markdown', 'worded', '--encoder', ENCODER, '--out', 'local'],
    { cwd },
  );
  expect(local).toMatchObject({ code: 0, error: null });
  expect(local.stdout).toContain('Vectors: encoder retrieval-parity-demo');
  expect((await readdir(join(cwd, 'local'))).sort()).toEqual([
    'truth.fbin',
    'truth.ibin',
    'truth.json',
    'truth.parquet',
    'vectors',
  ]);
  const backend = await serve(({ json }, response) => {
    const { texts } = json as { texts: string[] };
    const embeddings = texts.map((text) => (text.includes('nurse') ? [1, 0] : [0, 1]));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ embeddings, dimensions: 2, model: 'm' }));
  });
  const remote = await runCommand(
    truthCommand,
    [
      'truth',
      '-o',
      'markdown',
      'worded',
      '--backend',
      backend.url,
      '--out',
      'remote',
      '--k',
      '1',
      '--json',
    ],
    { cwd },
  );
  expect(remote).toMatchObject({ code: 0, error: null });
  const ibin = await readFile(join(cwd, 'remote/truth.ibin'));
  expect([ibin.readInt32LE(8), ibin.readFloatLE(12)]).toEqual([0, 0]);
  const name = await plane('wordless', RIGHT);
  const refused = await runCommand(
    truthCommand,
    ['truth', '-o', 'markdown', name, '--encoder', ENCODER],
    { cwd },
  );
  expect(refused.error).toMatchObject({ code: 'corpus-no-texts' });
});

test.each<[string, () => Readonly<Record<string, Uint8Array | string>>]>([
  [
    'beir',
    () => ({
      'corpus.jsonl': '{"_id":"a","title":"A","text":"nurse"}\n{"_id":"b","text":"welder"}\n',
      'queries.jsonl': '{"_id":"q","text":"a nurse"}\n',
      'qrels/test.tsv': 'query-id\tcorpus-id\tscore\nq\ta\t1\n',
    }),
  ],
  [
    'arrow',
    () => ({ 'base.arrow': textsAsArrow(), 'query.jsonl': '{"id":"q","text":"a nurse"}\n' }),
  ],
  [
    'parquet',
    () => ({ 'base.parquet': textsAsParquet(), 'query.jsonl': '{"id":"q","text":"a nurse"}\n' }),
  ],
  [
    'jsonl with vectors, which an encoder that is named replaces',
    () => ({
      'base.jsonl':
        '{"id":"a","text":"nurse","vector":[1,0]}\n{"id":"b","text":"w","vector":[0,1]}\n',
      'query.jsonl': '{"id":"q","text":"a nurse","vector":[0,1]}\n',
    }),
  ],
])('texts of %s are embedded by the local encoder', async (name, files) => {
  const source = join(cwd, `embed-${name.slice(0, 5)}`);
  for (const [file, bytes] of Object.entries(files())) {
    await mkdir(dirname(join(source, file)), { recursive: true });
    await writeFile(join(source, file), bytes);
  }
  const out = `${name.slice(0, 5)}-corpus`;
  const made = await runCommand(
    corpusCommand,
    ['corpus', 'import', '--from', source, '--out', out],
    { cwd },
  );
  expect(made).toMatchObject({ code: 0, error: null });
  const truth = await runCommand(
    truthCommand,
    ['truth', '-o', 'markdown', out, '--encoder', ENCODER, '--out', `${out}-truth`, '--k', '1'],
    { cwd },
  );
  expect(truth).toMatchObject({ code: 0, error: null });
  expect(truth.stdout).toContain('Vectors: encoder retrieval-parity-demo');
  const ibin = await readFile(join(cwd, `${out}-truth/truth.ibin`));
  expect(ibin.readInt32LE(8)).toBe(0);
});

test('vectors that were embedded before a kill are used, those of half an embedding are not', async () => {
  const source = join(cwd, 'half');
  await mkdir(source);
  await writeFile(join(source, 'docs.jsonl'), '{"id":"a","text":"nurse"}\n');
  await writeFile(join(source, 'queries.jsonl'), '{"id":"q","text":"a nurse"}\n');
  await runCommand(corpusCommand, ['corpus', 'import', '--from', source, '--out', 'halved'], {
    cwd,
  });
  const corpus = await loadCorpus(join(cwd, 'halved'));
  const out = join(cwd, 'halved-truth');
  let embedded = 0;
  const embed = async (writer: VectorWriter) => {
    embedded++;
    await writer.add('documents', ['documents/a'], 2, Float32Array.of(1, embedded));
    if (embedded === 1) throw new Error('killed');
    await writer.add('queries', ['q'], 2, Float32Array.of(1, 0));
    await writer.end('a test');
  };
  await expect(embeddedVectors(out, corpus, 'a test', embed)).rejects.toThrow('killed');
  expect((await embeddedVectors(out, corpus, 'a test', embed)).embeddedBefore).toBe(false);
  const again = await embeddedVectors(out, corpus, 'a test', embed);
  expect([again.embeddedBefore, embedded]).toEqual([true, 2]);
  expect((await embeddedVectors(out, corpus, 'another', embed)).embeddedBefore).toBe(false);
});

function textsAsArrow(): Uint8Array {
  return encodeTable([utf8Column('id', ['a', 'b']), utf8Column('text', ['nurse', 'welder'])], 2);
}

function textsAsParquet(): Uint8Array {
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'id', data: ['a', 'b'], type: 'STRING' },
        { name: 'text', data: ['nurse', 'welder'], type: 'STRING' },
      ],
    }),
  );
}
