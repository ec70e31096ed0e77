import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { corpusCommand } from '../../../bench/corpora/corpus.ts';
import { truthCommand } from '../../../bench/corpora/truth.ts';
import { openStoredVectors } from '../../../src/record/vectors/stored-vectors.ts';
import { VectorWriter } from '../../../src/record/vectors/vector-writer.ts';
import { binFile } from '../../corpus/import/tiny-files.ts';
import { runCommand } from '../../support/run-command.ts';
import { clustered, seeded } from '../naive.ts';

const ROWS = 300;
const DIMENSION = 12;
const STORED = ['truth.fbin', 'truth.ibin', 'truth.json', 'truth.parquet'];

let cwd = '';
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'killed-'));
});
afterAll(() => rm(cwd, { recursive: true }));

/** A corpus whose document vectors lie in six files. */
async function corpusInBlocks(): Promise<void> {
  const source = join(cwd, 'source');
  await mkdir(source);
  const documents = Float32Array.from(clustered(seeded(1), ROWS, DIMENSION, 20).flat());
  const queries = Float32Array.from(clustered(seeded(2), 9, DIMENSION, 20).flat());
  // Duplicates over several blocks: ties must come out in the order of their ids.
  for (const row of [7, 107, 207, 299]) documents.copyWithin(row * DIMENSION, 0, DIMENSION);
  await writeFile(join(source, 'base.fbin'), binFile(ROWS, DIMENSION, documents));
  await writeFile(join(source, 'query.fbin'), binFile(9, DIMENSION, queries));
  await runCommand(corpusCommand, ['corpus', 'import', '--from', source, '--out', 'corpus'], {
    cwd,
  });
  const writer = new VectorWriter(join(cwd, 'corpus/vectors'), { valuesPerFile: 50 * DIMENSION });
  for (let from = 0; from < ROWS; from += 50) {
    const ids = Array.from({ length: 50 }, (_, i) => `documents/${from + i}`);
    const values = documents.slice(from * DIMENSION, (from + 50) * DIMENSION);
    await writer.add('documents', ids, DIMENSION, values);
  }
  const ids = Array.from({ length: 9 }, (_, i) => String(i));
  await writer.add('queries', ids, DIMENSION, queries);
  await writer.end('a test');
  const stored = await openStoredVectors(join(cwd, 'corpus/vectors'));
  expect(stored?.documents.blocks).toHaveLength(6);
}

/** Computes truth in a process of its own and kills it without warning at the n-th search. */
async function killedAt(searches: number, out: string): Promise<void> {
  const child = spawn(
    process.execPath,
    [
      '--conditions=source',
      join(import.meta.dirname, 'truth-that-hangs.ts'),
      join(cwd, 'corpus'),
      out,
      String(searches),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [chunk] = await once(child.stdout, 'data');
  expect(String(chunk)).toBe('waiting\n');
  child.kill('SIGKILL');
  const [code, signal] = await once(child, 'exit');
  expect([code, signal]).toEqual([null, 'SIGKILL']);
}

test('truth that was killed twice goes on from its parts and ends equal to the byte', async () => {
  await corpusInBlocks();
  const whole = await runCommand(truthCommand, ['truth', 'corpus', '--k', '3', '--out', 'whole'], {
    cwd,
  });
  expect(whole).toMatchObject({ code: 0, error: null });
  expect(whole.stderr).not.toContain('were there already');

  const out = join(cwd, 'broken');
  await killedAt(2, out);
  await killedAt(1, out);
  const unfinished = join(out, 'unfinished');
  const [parts = ''] = await readdir(unfinished);
  expect((await readdir(join(unfinished, parts))).sort()).toEqual([
    'documents-0-queries-0.arrow',
    'documents-1-queries-0.arrow',
    'documents-2-queries-0.arrow',
    'journal.jsonl',
  ]);
  await appendFile(join(unfinished, parts, 'journal.jsonl'), '{"event":"part","docu');

  const resumed = await runCommand(
    truthCommand,
    ['truth', 'corpus', '--k', '3', '--out', 'broken'],
    { cwd },
  );
  expect(resumed).toMatchObject({ code: 0, error: null, stdout: whole.stdout });
  expect(resumed.stderr).toContain('3 of 6 parts of the search were there already');
  expect(resumed.stderr).toMatch(/journal\.jsonl:4: the last line is torn/);
  expect((await readdir(out)).sort()).toEqual(STORED);
  for (const file of STORED) {
    const [a, b] = await Promise.all([
      readFile(join(cwd, 'whole', file)),
      readFile(join(out, file)),
    ]);
    expect(Buffer.compare(a, b), file).toBe(0);
  }
});

test('parts of another k are another truth: they are neither used nor lost', async () => {
  const out = join(cwd, 'other');
  await killedAt(4, out);
  const result = await runCommand(
    truthCommand,
    ['truth', 'corpus', '--k', '20', '--out', 'other'],
    { cwd },
  );
  expect(result).toMatchObject({ code: 0, error: null });
  expect(result.stderr).not.toContain('were there already');
  expect(await readdir(join(out, 'unfinished'))).toHaveLength(1);
  const other = await runCommand(truthCommand, ['truth', 'corpus', '--k', '3', '--out', 'other'], {
    cwd,
  });
  expect(other.stderr).toContain('4 of 6 parts of the search were there already');
});
