import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Large } from '../../bench/experiments/engines/large/record.ts';
import { largeReport } from '../../bench/experiments/engines/large/report.ts';
import type { KnownTruth, KnownTruths } from '../../bench/experiments/engines/truths/record.ts';
import { knownTruthsReport } from '../../bench/experiments/engines/truths/report.ts';
import type { RetrieveGrowth } from '../../bench/experiments/size/retrieve-growth-record.ts';
import { retrieveGrowthReport } from '../../bench/experiments/size/retrieve-growth-report.ts';
import type { Roofline } from '../../bench/experiments/truth/roofline/record.ts';
import { rooflineReport } from '../../bench/experiments/truth/roofline/report.ts';
import { matchesFilter } from '../../src/corpus/filter.ts';
import { tieAwareRecallAtK } from '../../src/metrics/ranking/tie-aware-recall.ts';
import { renderMarkdown } from '../../src/report/render/markdown.ts';
import { randomStream } from '../../src/stats/random.ts';
import { exactScorer } from '../../src/truth/exact.ts';

const known: KnownTruth = {
  ...{ name: 'an index', description: 'd', incumbent: 'exact', queries: 'plain' },
  recall: { incumbent: 1, candidate: 0.5, lower: 0.4, upper: 0.6, needs: 10 },
  independent: { incumbent: 1, candidate: 0.5 },
  verdict: 'fail',
  attribution: { status: 'explained', queries: 10, first: 'index', share: 1, found: [] },
  losses: { held: 0, graph: 0.5, filter: 0 },
  ...{ short: { answers: 0, of: 10 }, canaries: [], expected: ['index'] },
};

function pageOf(comparisons: readonly KnownTruth[]): string {
  const record: KnownTruths = {
    ...{ schema: 'retrieval-parity/known-truths@1', provenance: 'p', command: 'c', k: 10 },
    corpus: { name: 'n', documents: 1, dimension: 2, vectors: 'v', sources: ['s'] },
    ...{ skipped: [{ name: 'MariaDB', why: 'MARIADB_URL is not set' }] },
    comparisons: [...comparisons],
  };
  return renderMarkdown(knownTruthsReport(record));
}

it('known truths: a page claims no more than its data, and names what does not hold', () => {
  const good = pageOf([known]);
  expect(good).toContain('in 1 of 1 comparisons, both sides');
  expect(good).toContain('No answer was short.');
  expect(good).toContain('MariaDB, since MARIADB');
  expect(good).not.toContain('It differs in');
  const bad = pageOf([
    known,
    { ...known, name: 'other recall', independent: { incumbent: 1, candidate: 0.5000001 } },
    {
      ...{ ...known, name: 'other cause', short: { answers: 3, of: 10 } },
      attribution: { ...known.attribution, first: 'filter' },
    },
  ]);
  expect(bad).toContain('in 2 of 3 comparisons, both sides');
  expect(bad).toContain('It differs in: other recall.');
  expect(bad).toContain('It is put down to something else in: other cause.');
  expect(bad).toContain('The warning beforehand named it in 0 of 1.');
});

const hasNumpy = spawnSync('python3', ['-c', 'import numpy']).status === 0;

it.skipIf(!hasNumpy)(
  'known truths: the script computes the recall of this suite, with ties and filters (skipped without numpy)',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'known-'));
    const random = randomStream(3, 'known recall');
    const [count, dimension, k] = [60, 3, 5];
    // Whole numbers: many documents have one direction, and are tied.
    const draw = (length: number) => Float32Array.from({ length }, () => random.below(3) + 1);
    const tables = {
      documents: draw(count * dimension),
      queries: draw(12 * dimension),
    };
    const documents = Array.from({ length: count }, (_, at) => ({
      ...{ id: `d${at}`, text: 't' },
      metadata: { part: at % 4, name: at % 3 === 0 ? null : `n${at % 3}` },
    }));
    const filters = [undefined, { part: { in: [0, '1', 3] } }, { part: { gte: 2 }, name: 'n1' }];
    const queries = Array.from({ length: 12 }, (_, at) => ({
      ...{ id: `q${at}`, need: `need ${at % 7}`, text: 't', collections: ['c'], slices: [] },
      ...(filters[at % 3] === undefined ? {} : { filter: filters[at % 3] }),
    }));
    const lines = (rows: readonly object[]) =>
      rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    await writeFile(join(folder, 'c.jsonl'), lines(documents));
    await writeFile(join(folder, 'queries.jsonl'), lines(queries));
    await writeFile(
      join(folder, 'manifest.json'),
      JSON.stringify({ collections: [{ file: 'c.jsonl' }], queries: { file: 'queries.jsonl' } }),
    );
    for (const [name, values] of Object.entries(tables)) {
      await writeFile(join(folder, `${name}.f32`), values);
    }
    const drawn = () => random.sample(documents, 6).map((document) => document.id);
    const answers = Object.fromEntries(queries.map(({ id }) => [id, [drawn(), drawn()]]));
    const score = exactScorer(
      { ids: documents.map(({ id }) => id), dimension, values: tables.documents },
      { ids: queries.map(({ id }) => id), dimension, values: tables.queries },
    );
    const mean = (values: readonly number[]) =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    const byNeed = new Map<string, number[]>();
    for (const [at, { id, need, filter }] of queries.entries()) {
      const allowed = documents.filter(
        ({ metadata }) => filter === undefined || matchesFilter(filter, metadata),
      );
      const scores = allowed.map((document) => score(at, document.id) ?? 0).sort((a, b) => b - a);
      const isAllowed = new Set(allowed.map((document) => document.id));
      const recalls = (answers[id] ?? []).map(
        (ids) =>
          tieAwareRecallAtK(ids, k, scores.slice(0, k), (key) =>
            isAllowed.has(key) ? score(at, key) : null,
          ).recall,
      );
      const own = recalls.filter((recall) => recall !== null);
      if (own.length > 0) byNeed.set(need, [...(byNeed.get(need) ?? []), mean(own)]);
    }
    const script = join(
      import.meta.dirname,
      '../../bench/experiments/engines/truths/known_recall.py',
    );
    const { stdout, stderr } = spawnSync('python3', [script, folder, String(k)], {
      ...{ input: JSON.stringify({ candidate: answers }), encoding: 'utf8' },
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    });
    expect(stderr).toBe('');
    const found = JSON.parse(stdout) as { candidate: number };
    expect(found.candidate).toBeCloseTo(mean([...byNeed.values()].map(mean)), 12);
    expect(found.candidate).toBeGreaterThan(0);
    expect(found.candidate).toBeLessThan(1);
    await rm(folder, { recursive: true });
  },
);

it('a table of three engines says whether its time was kept, and what is missing', () => {
  const large: Large = {
    ...{ schema: 'retrieval-parity/hundred-thousand@1', provenance: 'p', command: 'c' },
    corpus: { name: 'words', documents: 100_000, dimension: 100, queries: 5, sources: [] },
    steps: [{ name: 'ingest', seconds: 600, cpuS: 1, peakBytes: 2 ** 30 }],
    ...{ engines: [], verdicts: [], skipped: ['LanceDB: not installed'] },
    sweep: { needs: 5, concurrency: 8, rounds: 1, points: [], reached: [] },
  };
  const page = renderMarkdown(largeReport(large));
  expect(page).toContain('Together 10.0 minutes, within the 15');
  expect(page).toContain('Left out: LanceDB: not installed.');
  const [step] = large.steps;
  const slow = { ...large, steps: step === undefined ? [] : [{ ...step, seconds: 901 }] };
  expect(renderMarkdown(largeReport(slow))).toContain('**not within**');
});

it('a growth is told by the largest size and that of a tenth', () => {
  const run = (seconds: number, peakBytes: number) => [
    { seconds, ingestS: seconds / 2, cpuS: seconds, peakBytes },
  ];
  const growth: RetrieveGrowth = {
    ...{ schema: 'retrieval-parity/retrieve-growth@1', provenance: 'p', command: 'c' },
    ...{ dimension: 100, queries: 8 },
    sizes: [
      { documents: 100, runs: run(1, 2 ** 28) },
      { documents: 1_000, runs: run(20, 2 ** 28 + 900 * 400 * 26) },
    ],
  };
  const page = renderMarkdown(retrieveGrowthReport(growth));
  expect(page).toContain('From 100 to 1,000 documents time grows 20.0 times');
  expect(page).toContain(
    '26.0 times the memory of their vectors; the bound of 25 **does not hold**',
  );
});

it('a roofline says what the ceiling forbids, what it allows, and what is reached', () => {
  const stages = {
    ...{ prepareMs: 1, multiplyMs: 80, scanMs: 10, refineMs: 5, restMs: 5 },
    ...{ kept: 10, scored: 5 },
  };
  const size = { rows: 1000, queries: 1000, dimension: 500, shardRows: 500, stages };
  const roofline = (faissMs: number): Roofline => ({
    ...{ schema: 'retrieval-parity/roofline@1', provenance: 'p', command: 'c', k: 10 },
    ...{ threads: 2, faiss: 'faiss' },
    peaks: {
      ...{ clockHz: 1e9, float32: 1e9, int8: 1e9, instruction: 'i', opsPerCycle: 10 },
      copyBytesPerSecond: 1e9,
    },
    // 10⁹ operations by two threads of 10¹⁰ a second each: 50 ms.
    cases: [{ ...size, int8Ms: [100], faissMs: [faissMs] }],
  });
  const page = (faissMs: number) => renderMarkdown(rooflineReport(roofline(faissMs)));
  expect(page(120)).toContain('no engine that multiplies every pair in integers reaches it here');
  expect(page(240)).toContain('which leaves 10.0 ms for all else');
  expect(page(400)).toContain('4 times faiss is reached');
});
