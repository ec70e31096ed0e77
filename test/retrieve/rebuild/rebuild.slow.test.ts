import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingestCommand } from '../../../bench/backends/ingest.ts';
import { retrieveCommand } from '../../../bench/backends/retrieve.ts';
import type { Findings } from '../../../src/parity/findings.ts';
import { openRun } from '../../../src/record/run/open-run.ts';
import { rescore } from '../../../src/rescore.ts';
import type { FilledBackend } from '../../../src/sweep/job/ingest.ts';
import { runCommand } from '../../support/run-command.ts';
import { plainRecall, type VectorCorpus, vectorCorpus } from '../../sweep/vector-corpus.ts';

interface Printed {
  readonly run: string;
  readonly findings: Findings;
  readonly verdict: {
    readonly gates: readonly {
      readonly name: string;
      readonly state: string;
      readonly n: number;
    }[];
    readonly notVerified: readonly string[];
  };
}

describe('builds', () => {
  let made: VectorCorpus;
  beforeAll(async () => {
    made = await vectorCorpus({ documents: 600, queries: 40, dimension: 12 });
  });
  afterAll(() => made.remove());

  const corpusFlags = () => ['--corpus', made.corpus, '--embed', 'corpus'];
  const rebuilt = (candidate: string, ...more: string[]) =>
    runCommand(
      retrieveCommand,
      [
        ...['retrieve', ...corpusFlags(), '--ingest', 'if-empty', '--runs', 'runs', '--json'],
        ...['--incumbent', 'sqlite-vec:memory', '--candidate', candidate, ...more],
        ...[
          'operations=["search"]',
          'latency.blockPairs=0',
          'throughput.requestsPerSlice=0',
        ].flatMap((set) => ['--set', set]),
      ],
      { cwd: made.folder },
    );

  it('of the candidate differ, each with an index of its own, and their spread is judged', async () => {
    const { stdout, stderr } = await rebuilt(
      'hnsw://index-{build}?m=3&ef_construction=6',
      ...['--rebuild', '5'],
    );
    const { run, findings, verdict } = JSON.parse(stdout) as Printed;
    const files = (await readdir(made.folder)).filter((name) => /^index-\d$/.test(name));
    expect(files, stderr).toHaveLength(6);
    const [finding] = findings.builds ?? [];
    expect(finding?.builds).toHaveLength(6);
    const rows = await (await openRun(run)).observations('build');
    for (const [build, { recall, difference }] of (finding?.builds ?? []).entries()) {
      if (build === 0) continue;
      const own = rows.filter(({ block }) => block === build);
      const answers = new Map(own.map(({ queryId, ids }) => [queryId, ids]));
      const plain = plainRecall(made, answers, 10);
      expect(recall).toBeCloseTo(plain, 12);
      // The incumbent is exact.
      expect(difference).toBeCloseTo(plain - 1, 12);
    }
    expect(new Set(finding?.builds.map(({ recall }) => recall)).size).toBeGreaterThan(1);
    // t(.95, 5) = 2.015 over six builds.
    const reach = (2.015 * (finding?.sd ?? 0)) / Math.sqrt(6);
    expect(finding?.lower).toBeCloseTo((finding?.mean ?? 0) - reach, 4);
    const gate = verdict.gates.find(({ name }) => name === 'recall@10 over builds');
    expect(gate).toMatchObject({ state: 'fail', n: 6 });
    expect(verdict.notVerified.join()).not.toContain('one build of each index');
    // No other figure takes their answers for those of the candidate.
    const quality = findings.cells[0]?.quality.find(
      ({ metric }) => (metric as unknown as string) === 'recall@10',
    );
    expect(quality?.candidate.mean).toBe(finding?.builds[0]?.recall);
    expect((await rescore(run)).differing).toEqual([]);
  });

  it('fewer than six in all decide nothing', async () => {
    const { stdout } = await rebuilt('sqlite-vec:memory', '--rebuild', '1');
    const { findings, verdict } = JSON.parse(stdout) as Printed;
    expect(findings.builds?.[0]?.builds.map(({ difference }) => difference)).toEqual([0, 0]);
    const gate = verdict.gates.find(({ name }) => name === 'recall@10 over builds');
    expect(gate).toMatchObject({ state: 'inconclusive', n: 2 });
    expect(verdict.notVerified.join()).toContain('one build of each index');
  });

  it('never write into an index that is there', async () => {
    const { code, stderr } = await rebuilt('hnsw://single?m=4', '--rebuild', '1');
    expect(code).toBe(2);
    expect(stderr).toContain('build 1');
    expect(stderr).toContain('put {build} into its path');
  });

  it.each([
    ['in memory', 'sqlite-vec:memory'],
    ['with an index on disk', 'hnsw://stopped-{build}?m=4'],
  ])('%s go on where a run was stopped between two operations', async (_, candidate) => {
    const both = ['--rebuild', '1', '--set', 'operations=["search","retrieve"]'];
    const { run, findings } = JSON.parse((await rebuilt(candidate, ...both)).stdout) as Printed;
    await cutAfter(run, /build-search-B-0001/);
    const { code, stdout, stderr } = await rebuilt(candidate, ...both, '--resume', run);
    expect([0, 1, 3], stderr).toContain(code);
    expect((JSON.parse(stdout) as Printed).findings.builds).toEqual(findings.builds);
  });

  it('whose filling was stopped are named, so that their index can be removed', async () => {
    const candidate = ['hnsw://begun-{build}?m=4', '--rebuild', '1'] as const;
    const { run } = JSON.parse((await rebuilt(...candidate)).stdout) as Printed;
    await cutAfter(run, /quality-search-/);
    const again = () => rebuilt(...candidate, '--resume', run);
    const { code, stderr } = await again();
    expect(code).toBe(2);
    expect(stderr).toContain('build 1');
    expect(stderr).toContain('remove its index, and go on');
    for (const name of await readdir(made.folder)) {
      if (name.startsWith('begun-1')) await rm(join(made.folder, name), { recursive: true });
    }
    expect((await again()).error).toBeNull();
  });

  it('of bench ingest are timed, and what is full is left as it is', async () => {
    const filled = async () => {
      const { code, stdout, stderr } = await runCommand(
        ingestCommand,
        [
          ...['ingest', ...corpusFlags(), '--json', '--vary', 'm=4,8'],
          ...['--backend', 'hnsw://filled-{m}?m={m}', '--backend', 'sqlite-vec:memory'],
        ],
        { cwd: made.folder },
      );
      expect(code, stderr).toBe(0);
      return (JSON.parse(stdout) as { filled: FilledBackend[] }).filled;
    };
    const first = await filled();
    expect(first.map(({ values, documents }) => [values.m, documents])).toEqual([
      ['4', 600],
      ['8', 600],
      [undefined, 600],
    ]);
    expect(first.every(({ index }) => (index.buildMs ?? 0) > 0 && index.readyMs !== null)).toBe(
      true,
    );
    expect(first[0]?.index.sizeBytes).toBeGreaterThan(0);
    const again = await filled();
    expect(again.map(({ documents }) => documents)).toEqual([null, null, 600]);
    expect(again[0]?.index).toMatchObject({ buildMs: null, readyMs: null, documents: 600 });
  });
});

/** Makes a run look as if it had been killed after a line of its journal. */
async function cutAfter(run: string, pattern: RegExp): Promise<void> {
  const path = join(run, 'journal.jsonl');
  const lines = (await readFile(path, 'utf8')).split('\n');
  const last = lines.findIndex((line) => pattern.test(line));
  expect(last).toBeGreaterThan(0);
  await writeFile(
    path,
    lines
      .slice(0, last + 1)
      .map((line) => `${line}\n`)
      .join(''),
  );
  await rm(join(run, 'manifest.json'));
}
