import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportCommand } from '../../bench/stored/export.ts';
import { keyOf } from '../../src/corpus/document-key.ts';
import { createRun } from '../../src/record/run/run-folder.ts';
import { trecFiles } from '../../src/retrieve/record/trec.ts';
import { manifestInput } from '../record/fixtures.ts';
import { runCommand } from '../support/run-command.ts';
import { syntheticRun } from '../support/synthetic-run.ts';

let cwd = '';
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'export-'));
});
afterAll(() => rm(cwd, { recursive: true }));

/** Stores a synthetic run of a few queries as a run folder. */
async function storedRun(): Promise<string> {
  const run = syntheticRun({ documents: 12, queries: 4, k: 3, latencyPairs: 0 });
  const folder = join(cwd, 'corpus');
  await mkdir(folder);
  const lines = (rows: readonly unknown[]) =>
    rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const files = {
    'manifest.json': JSON.stringify({
      version: 1,
      name: 'synthetic',
      collections: [{ name: 'things', file: 'documents.jsonl' }],
      queries: { file: 'queries.jsonl' },
      judgments: { file: 'judgments.tsv' },
    }),
    'documents.jsonl': lines(run.corpus.collections[0]?.documents ?? []),
    'queries.jsonl': lines(run.corpus.queries),
    'judgments.tsv': [...run.corpus.judgments]
      .flatMap(([query, grades]) =>
        [...grades].map(([key, grade]) => `${query}\t${key}\t${grade}\n`),
      )
      .join(''),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const writer = await createRun({ parentFolder: cwd, id: 'stored' });
  await writer.snapshotCorpus(folder);
  await writer.writeJson('plan.json', run.plan);
  for (const cell of ['search', 'retrieve'] as const) {
    for (const arm of ['A', 'A2', 'B', 'B2'] as const) {
      const rows = run.observations.filter(
        (row) => row.phase === 'quality' && row.cell === cell && row.arm === arm,
      );
      await writer.writeObservations({ phase: 'quality', cell, arm, block: 0 }, rows);
    }
  }
  for (const side of ['incumbent', 'candidate'] as const) {
    await writer.writeVectors(`${side}-documents`, run.vectors.documents[side]);
    await writer.writeVectors(`${side}-queries`, run.vectors.queries[side]);
  }
  await writer.finish(manifestInput());
  return writer.folder;
}

test('a stored run becomes TREC files of every cell and arm, and qrels', async () => {
  const run = await storedRun();
  const { code, error, stdout } = await runCommand(
    exportCommand,
    ['export', '--trec', run, '--out', 'trec'],
    { cwd },
  );
  expect({ code, error }).toEqual({ code: 0, error: null });
  expect(stdout).toContain('judgments.qrels  4 lines\n');
  expect(await readdir(join(cwd, 'trec'))).toEqual([
    'judgments.qrels',
    ...['retrieve', 'search'].flatMap((cell) =>
      ['candidate-again', 'candidate', 'incumbent-again', 'incumbent'].map(
        (arm) => `${cell}.${arm}.run`,
      ),
    ),
  ]);
  const qrels = await readFile(join(cwd, 'trec/judgments.qrels'), 'utf8');
  expect(qrels.split('\n')[0]).toBe('q-0000 0 things/d-0 3');
  const [first] = (await readFile(join(cwd, 'trec/retrieve.candidate.run'), 'utf8')).split('\n');
  expect(first).toMatch(/^q-0000 Q0 things\/d-\d+ 1 1\.000000000 retrieve\.candidate$/);
});

test('a disk that takes a part of a TREC file leaves the former one, and nothing short in its place', async () => {
  const out = join(cwd, 'former');
  await mkdir(out);
  const former = join(out, 'retrieve.incumbent.run');
  await writeFile(former, 'as it was');
  const shell = 'trap "" XFSZ; ulimit -f 4; exec "$0" "$@"';
  const bench = fileURLToPath(new URL('../../bench/main.ts', import.meta.url));
  const run = fileURLToPath(new URL('../golden/runs/pass', import.meta.url));
  const { status, stderr } = spawnSync(
    'sh',
    ['-c', shell, process.execPath, '--conditions=source', bench, 'export', '--trec', run].concat([
      '--out',
      out,
    ]),
    { encoding: 'utf8', env: { ...process.env, NODE_COMPILE_CACHE: '' } },
  );
  expect(stderr).toMatch(
    /former\/\S+: cannot be written: the file may not become so large \(EFBIG\)/,
  );
  expect(status).toBe(4);
  expect(await readFile(former, 'utf8')).toBe('as it was');
  expect(await readdir(out)).toEqual(['retrieve.incumbent.run']);
});

test('pseudo-scores fall strictly, as float32 too, down to rank 1,000, and doubles are listed once', () => {
  const run = syntheticRun({ documents: 4, queries: 1, k: 2, latencyPairs: 0 });
  const ids = [...Array.from({ length: 1000 }, (_, i) => `d-${i}`), 'd-0'];
  const observations = run.observations.map((row) => ({
    ...row,
    ids,
    collections: ids.map(() => 'things'),
    similarities: ids.map(() => 0.5),
  }));
  const file = trecFiles({ ...run, observations }).find(
    ({ name }) => name === 'search.incumbent.run',
  );
  const scores = [...(file?.lines() ?? [])].map((line) => Math.fround(Number(line.split(' ')[4])));
  expect(scores).toHaveLength(1000);
  expect(scores.every((score, at) => at === 0 || score < (scores[at - 1] ?? 0))).toBe(true);
});

test.each(['a b', 'a\u0085b', 'a\u001cb', 'a\ud800'])(
  'the id %j is refused, since a tool would split a line at it',
  (id) => {
    const run = syntheticRun({ documents: 4, queries: 1, k: 2, latencyPairs: 0 });
    const [query] = run.corpus.queries;
    const judgments = new Map([[query?.id ?? '', new Map([[keyOf('things', id), 1]])]]);
    const qrels = trecFiles({ ...run, corpus: { ...run.corpus, judgments } }).at(-1);
    expect(() => [...(qrels?.lines() ?? [])]).toThrow(/holds white space/);
  },
);
