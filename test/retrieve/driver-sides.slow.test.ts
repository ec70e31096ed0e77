import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { retrieveCommand } from '../../bench/backends/retrieve.ts';
import { corpusCommand } from '../../bench/corpora/corpus.ts';
import { runCommand } from '../support/run-command.ts';
import { contractVector } from '../wire/contract/documents.ts';

describe('two sides that are named by URLs alone', () => {
  let folder = '';
  let corpus = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'driver-sides-'));
    corpus = join(folder, 'corpus');
    const rows = (count: number, from: number) =>
      Array.from({ length: count }, (_, at) =>
        JSON.stringify({ id: `r ${at}/ü`, vector: [...contractVector(from + at)] }),
      ).join('\n');
    await writeFile(join(folder, 'base.jsonl'), rows(80, 1));
    await writeFile(join(folder, 'queries.jsonl'), rows(40, 1_000));
    const files = ['documents=base.jsonl', 'queries=queries.jsonl'].map((file) =>
      file.replace('=', `=${folder}/`),
    );
    const imported = await runCommand(corpusCommand, [
      ...['corpus', 'import', '--from', ...files, '--out', corpus],
    ]);
    expect(imported.code, imported.stderr).toBe(0);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const retrieve = (candidate: string, ...more: string[]) =>
    runCommand(
      retrieveCommand,
      [
        'retrieve',
        ...['--incumbent', 'sqlite-vec:memory', '--candidate', candidate, '--corpus', corpus],
        ...['--embed', 'corpus', '--runs', 'runs', '--json', ...more],
        ...['latency.blockPairs=1', 'latency.requestsPerBlock=10', 'throughput.slices=1'].flatMap(
          (set) => ['--set', set],
        ),
      ],
      { cwd: folder },
    );

  it('are filled, asked by the vectors of the corpus, and judged', async () => {
    const {
      code,
      stdout: out,
      stderr: err,
    } = await retrieve('hnsw://index-{collection}?ef=80', '--ingest', 'if-empty');
    expect(code, err).toBe(3);
    const { run, findings } = JSON.parse(out) as {
      run: string;
      findings: { cells: { cell: string; failures: { failed: number }[] }[]; census: object };
    };
    const lines = (await readFile(join(run, 'journal.jsonl'), 'utf8')).trim().split('\n');
    const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const ingested = events.filter(({ event }) => event === 'ingested');
    expect(ingested.map(({ side, documents }) => [side, documents])).toEqual([
      ['incumbent', 80],
      ['candidate', 80],
    ]);
    expect(events.filter(({ event }) => event === 'collections')).toHaveLength(2);
    expect(findings.cells.map(({ cell }) => cell)).toEqual(['search', 'retrieve']);
    const { verdict } = JSON.parse(out) as {
      verdict: { gates: { gate: string; answer: string }[] };
    };
    expect(verdict.gates.filter(({ answer }) => answer === 'fail')).toEqual([]);
    // The index lies in the folder of the command, named after the collection.
    expect((await readdir(folder)).filter((name) => name.startsWith('index-'))).toHaveLength(2);
  });

  it('are found out where one of them misses rows', async () => {
    const { code, stderr: err } = await retrieve('hnsw://empty-{collection}', '--ingest', 'never');
    expect(code).toBe(4);
    expect(err).toContain('incumbent sqlite-vec in memory');
  });

  it('are refused with a mistake in a parameter', async () => {
    const { code, stderr: err } = await retrieve('hnsw://x?eff=3');
    expect(code).toBe(2);
    expect(err).toContain('unknown parameter eff');
  });
});
