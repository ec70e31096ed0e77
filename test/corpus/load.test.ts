import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { keyOf } from '../../src/corpus/document-key.ts';
import { loadCorpus } from '../../src/corpus/load.ts';
import { EXIT, UsageError } from '../../src/errors.ts';

const folders: string[] = [];

afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

const SOUND = {
  'manifest.json': JSON.stringify({
    version: 1,
    name: 'tiny',
    collections: [
      { name: 'workers', file: 'documents.jsonl' },
      { name: 'jobs', file: 'jobs.jsonl' },
    ],
    queries: { file: 'queries.jsonl' },
    judgments: { file: 'judgments.tsv' },
  }),
  'documents.jsonl':
    '{"id":"w-0","text":"a welder","metadata":{"state":"IL","skills":["TIG"],"pay":null}}\n' +
    '{"id":"w-1","text":"Μαρία","metadata":{}}\n',
  'jobs.jsonl': '{"id":"j-0","text":"welder wanted","metadata":{}}',
  'queries.jsonl':
    '{"id":"q-1","need":"n-1","text":"welder","slices":["plain"],"collections":["workers"],"filter":{"state":"IL"}}\n' +
    '{"id":"q-2","need":"n-2","text":"maria","slices":[],"collections":["workers","jobs"]}\n',
  'judgments.tsv': 'q-1\tworkers/w-0\t3\nq-2\tworkers/w-1\t2\nq-2\tjobs/j-0\t0\n',
} as const;

async function folderWith(changes: Partial<Record<keyof typeof SOUND, string | null>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'corpus-'));
  folders.push(folder);
  for (const [file, content] of Object.entries({ ...SOUND, ...changes })) {
    if (content !== null) await writeFile(join(folder, file), content);
  }
  return folder;
}

async function refusal(folder: string): Promise<UsageError> {
  const error = await loadCorpus(folder).catch((reason: unknown) => reason);
  if (!(error instanceof UsageError)) throw new Error('it was not refused', { cause: error });
  expect(error.exitCode).toBe(EXIT.usage);
  expect(error.message).not.toMatch(/[\r\n]/);
  expect(error.hint).not.toBeNull();
  return error;
}

function manifestWith(change: (manifest: ReturnType<typeof parsedManifest>) => void): string {
  const manifest = parsedManifest();
  change(manifest);
  return JSON.stringify(manifest);
}

function parsedManifest() {
  return JSON.parse(SOUND['manifest.json']) as {
    collections: { name: string; file: string; sha256?: string; count?: number }[];
    queries: { file: string; sha256?: string };
    judgments: { file: string; sha256?: string };
    querys?: number;
  };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

test('a sound folder is read whole, with the sha256 of its bytes', async () => {
  const folder = await folderWith();
  const corpus = await loadCorpus(folder);
  expect(corpus.name).toBe('tiny');
  expect(corpus.folder).toBe(folder);
  expect(
    corpus.collections.map(({ name, documents }) => [name, documents.map((d) => d.id)]),
  ).toEqual([
    ['workers', ['w-0', 'w-1']],
    ['jobs', ['j-0']],
  ]);
  expect(corpus.collections[0]?.documents[1]?.text).toBe('Μαρία');
  expect(corpus.queries[0]?.filter).toEqual({ state: 'IL' });
  expect(corpus.queries[1]).not.toHaveProperty('filter');
  expect(Object.fromEntries(corpus.judgments.get('q-2') ?? [])).toEqual({
    'workers/w-1': 2,
    'jobs/j-0': 0,
  });
  expect(corpus.hashes).toEqual({
    documents: {
      workers: sha256(SOUND['documents.jsonl']),
      jobs: sha256(SOUND['jobs.jsonl']),
    },
    queries: sha256(SOUND['queries.jsonl']),
    judgments: sha256(SOUND['judgments.tsv']),
  });
});

test('Windows line breaks are read as well', async () => {
  const crlf = Object.fromEntries(
    Object.entries(SOUND).map(([file, text]) => [file, text.replaceAll('\n', '\r\n')]),
  );
  const corpus = await loadCorpus(await folderWith(crlf));
  expect(corpus.judgments.get('q-1')?.get(keyOf('workers', 'w-0'))).toBe(3);
});

const DOCUMENT = '{"id":"w-0","text":"a","metadata":{}}\n';
const QUERY = '{"id":"q-1","need":"n","text":"a","slices":[],"collections":["workers"]}\n';

test.each<[string, Parameters<typeof folderWith>[0], string, RegExp]>([
  [
    'a missing manifest',
    { 'manifest.json': null },
    'corpus-file-missing',
    /manifest\.json: no such/,
  ],
  [
    'a manifest that is no JSON',
    { 'manifest.json': '{' },
    'corpus-malformed-json',
    /manifest\.json: /,
  ],
  [
    'an unknown manifest key',
    {
      'manifest.json': manifestWith((m) => {
        m.querys = 1;
      }),
    },
    'corpus-schema',
    /querys/,
  ],
  ['a missing file', { 'jobs.jsonl': null }, 'corpus-file-missing', /jobs\.jsonl: no such file/],
  [
    'malformed JSONL',
    { 'documents.jsonl': `${DOCUMENT}{"id":\n` },
    'corpus-malformed-json',
    /documents\.jsonl:2: malformed JSON/,
  ],
  [
    'an empty line',
    { 'documents.jsonl': `${DOCUMENT}\n${DOCUMENT}` },
    'corpus-malformed-json',
    /documents\.jsonl:2: /,
  ],
  [
    'a query that asks a collection twice',
    { 'queries.jsonl': QUERY.replace('["workers"]', '["workers","workers"]') },
    'corpus-schema',
    /queries\.jsonl:1: collections: a query asks each collection once/,
  ],
  [
    'a document without a text',
    { 'documents.jsonl': '{"id":"w-0","metadata":{}}' },
    'corpus-schema',
    /documents\.jsonl:1: text: /,
  ],
  [
    'metadata of a wrong type',
    { 'documents.jsonl': '{"id":"w-0","text":"a","metadata":{"pay":{"usd":1}}}' },
    'corpus-schema',
    /documents\.jsonl:1: metadata\.pay: /,
  ],
  [
    'a filter of a wrong form',
    { 'queries.jsonl': QUERY.replace('}\n', ',"filter":{"pay":{"above":3}}}') },
    'corpus-schema',
    /queries\.jsonl:1: filter\.pay: .*above/,
  ],
  [
    'a condition that is a list',
    { 'queries.jsonl': QUERY.replace('}\n', ',"filter":{"pay":[3]}}') },
    'corpus-schema',
    /queries\.jsonl:1: filter\.pay: a condition is/,
  ],
  [
    'no document at all',
    { 'jobs.jsonl': '' },
    'corpus-empty',
    /jobs\.jsonl: there is not one document/,
  ],
  [
    'a duplicate document id',
    { 'documents.jsonl': `${DOCUMENT}${DOCUMENT}` },
    'corpus-duplicate-id',
    /documents\.jsonl:2: the document id w-0 is already on line 1/,
  ],
  [
    'a duplicate query id',
    { 'queries.jsonl': `${QUERY}${QUERY}` },
    'corpus-duplicate-id',
    /queries\.jsonl:2: the query id q-1 is already on line 1/,
  ],
  [
    'an unknown collection',
    { 'queries.jsonl': QUERY.replace('workers', 'people') },
    'corpus-unknown-collection',
    /queries\.jsonl:1: .*"people"/,
  ],
  [
    'a judgment of an unknown query',
    { 'judgments.tsv': 'q-9\tworkers/w-0\t1\n' },
    'corpus-unknown-query',
    /judgments\.tsv:1: no query has the id q-9/,
  ],
  [
    'a judgment of an unknown document',
    { 'judgments.tsv': 'q-1\tworkers/w-0\t1\nq-1\tworkers/w-9\t1\n' },
    'corpus-unknown-document',
    /judgments\.tsv:2: no document is workers\/w-9/,
  ],
  [
    'a judgment outside the query’s collections',
    { 'judgments.tsv': 'q-1\tjobs/j-0\t1\n' },
    'corpus-judgment-collection',
    /judgments\.tsv:1: /,
  ],
  [
    'a grade out of range',
    { 'judgments.tsv': 'q-1\tworkers/w-0\t4\n' },
    'corpus-grade',
    /judgments\.tsv:1: the grade "4"/,
  ],
  [
    'a judgment line with two fields',
    { 'judgments.tsv': 'q-1\tworkers/w-0\n' },
    'corpus-malformed-judgment',
    /judgments\.tsv:1: 2 tab-separated fields/,
  ],
  [
    'a pair judged twice',
    { 'judgments.tsv': 'q-1\tworkers/w-0\t1\nq-1\tworkers/w-0\t2\n' },
    'corpus-duplicate-judgment',
    /judgments\.tsv:2: /,
  ],
  [
    'a collection named twice',
    {
      'manifest.json': manifestWith((m) => {
        m.collections.push({ name: 'jobs', file: 'jobs.jsonl' });
      }),
    },
    'corpus-duplicate-collection',
    /jobs is named twice/,
  ],
  [
    'another sha256 than the manifest pins',
    {
      'manifest.json': manifestWith((m) => {
        m.queries.sha256 = '0'.repeat(64);
      }),
    },
    'corpus-hash-mismatch',
    /queries\.jsonl: its sha256 is/,
  ],
  [
    'another count than the manifest says',
    {
      'manifest.json': manifestWith((m) => {
        for (const c of m.collections) c.count = 1;
      }),
    },
    'corpus-count-mismatch',
    /documents\.jsonl: it has 2 lines/,
  ],
  [
    'a path above the folder',
    {
      'manifest.json': manifestWith((m) => {
        m.queries.file = '../queries.jsonl';
      }),
    },
    'corpus-path-outside',
    /"\.\.\/queries\.jsonl" is not inside/,
  ],
  [
    'an absolute path',
    {
      'manifest.json': manifestWith((m) => {
        m.judgments.file = '/etc/hosts';
      }),
    },
    'corpus-path-outside',
    /"\/etc\/hosts" is not inside/,
  ],
])('%s is refused in one line that says where', async (_, changes, code, message) => {
  const error = await refusal(await folderWith(changes));
  expect(error.message).toMatch(message);
  expect(error.code).toBe(code);
});

test('a line that is not UTF-8 is refused with its number', async () => {
  const folder = await folderWith();
  await writeFile(join(folder, 'jobs.jsonl'), Buffer.from([0x22, 0xff, 0x22, 0x0a]));
  expect((await refusal(folder)).message).toMatch(/jobs\.jsonl:1: not UTF-8/);
});

test('a symbolic link that leaves the folder is refused', async () => {
  const outside = await folderWith();
  const folder = await folderWith({ 'jobs.jsonl': null });
  await symlink(join(outside, 'jobs.jsonl'), join(folder, 'jobs.jsonl'));
  expect((await refusal(folder)).code).toBe('corpus-path-outside');
});

test.each(['manifest.json', 'documents.jsonl', 'judgments.tsv'] as const)(
  'a pipe in place of %s is refused, and not waited for',
  async (file) => {
    const folder = await folderWith({ [file]: null });
    execFileSync('mkfifo', [join(folder, file)]);
    expect((await refusal(folder)).message).toContain(`${file}: cannot be read (no regular file)`);
  },
);

test('a manifest that is a link out of the folder is refused', async () => {
  const outside = await folderWith();
  const folder = await folderWith({ 'manifest.json': null });
  await symlink(join(outside, 'manifest.json'), join(folder, 'manifest.json'));
  expect((await refusal(folder)).code).toBe('corpus-path-outside');
});

test('no collection is called __proto__', async () => {
  const manifest = SOUND['manifest.json'].replace('"jobs"', '"__proto__"');
  expect((await refusal(await folderWith({ 'manifest.json': manifest }))).message).toMatch(
    /collections\.1\.name: no collection is called __proto__/,
  );
});

test('records that would take memory or time without end are refused', async () => {
  const row = (part: object) => JSON.stringify({ id: 'w-0', text: 'a', metadata: {}, ...part });
  const deep = `{"id":"w-0","text":"a","metadata":{"a":${'['.repeat(200)}${']'.repeat(200)}}}`;
  const digits = `{"id":"w-0","text":"a","metadata":{"a":${'9'.repeat(2000)}}}`;
  for (const [documents, message] of [
    [row({ id: 'x'.repeat(1025) }), /documents\.jsonl:1: id: an id has at most 1024 characters/],
    [deep, /documents\.jsonl:1: malformed JSON: nested deeper than 128/],
    [digits, /documents\.jsonl:1: malformed JSON: a number of 2000 digits/],
    ['x'.repeat(33 << 20), /documents\.jsonl:1: the line is longer than 33554432 bytes/],
    [row({ text: '[{'.repeat(200), metadata: { 'a\\"': '[[' } }), /judgments\.tsv/],
  ] as const) {
    expect((await refusal(await folderWith({ 'documents.jsonl': documents }))).message).toMatch(
      message,
    );
  }
});

test('a folder in place of a file is refused', async () => {
  const folder = await folderWith({ 'jobs.jsonl': null });
  await mkdir(join(folder, 'jobs.jsonl'));
  expect((await refusal(folder)).message).toMatch(/jobs\.jsonl: cannot be read \(a folder\)/);
});
