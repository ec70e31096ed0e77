import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import hnswlib from 'hnswlib-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sweepCommand } from '../../bench/backends/sweep.ts';
import { openRun } from '../../src/record/run/open-run.ts';
import { observationCodec } from '../../src/record/tables/observation-table.ts';
import { rescore } from '../../src/rescore.ts';
import type { SweepFindings } from '../../src/sweep/find/findings.ts';
import { runCommand } from '../support/run-command.ts';
import { plainRecall, type VectorCorpus, vectorCorpus } from './vector-corpus.ts';

interface Printed {
  readonly run: string;
  readonly findings: SweepFindings;
  readonly summary: { readonly sentences: readonly string[] };
}

const LANCE: string = '@lancedb/lancedb';
const hasLance = await import(LANCE).then(
  () => true,
  () => false,
);

describe('recall that is known otherwise', () => {
  let made: VectorCorpus;
  beforeAll(async () => {
    made = await vectorCorpus({ documents: 2_000, queries: 60, dimension: 24 });
  });
  afterAll(() => made.remove());

  const swept = async (backends: readonly string[], ...more: string[]): Promise<Printed> => {
    const { code, stdout, stderr } = await runCommand(
      sweepCommand,
      [
        ...['sweep', '--corpus', made.corpus, '--embed', 'corpus', '--ingest', 'if-empty'],
        ...['--runs', 'runs', '--json', ...backends.flatMap((url) => ['--backend', url]), ...more],
      ],
      { cwd: made.folder },
    );
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout) as Printed;
  };

  /** The ids that a point gave, by query, from the record. */
  const answersOf = async (run: string, point: number) => {
    const reader = await openRun(run);
    const name = `point-${String(point).padStart(4, '0')}-quality`;
    const rows = await reader.record(name, observationCodec);
    return new Map(rows.map(({ queryId, ids }) => [queryId, ids]));
  };

  it('hnswlib at ef 10, 40 and 200: as its own file answers, and to the last digit', async () => {
    const { run, findings } = await swept(
      ['hnsw://index?m=4&ef_construction=20', 'sqlite-vec:memory'],
      ...['--effort', '200,10,40', '--rounds', '0'],
    );
    expect(findings.points.map(({ effort }) => effort)).toEqual([10, 40, 200, null]);
    const graph = new hnswlib.HierarchicalNSW('cosine', 24);
    graph.readIndexSync(join(made.folder, 'index'));
    const { ids } = JSON.parse(await readFile(join(made.folder, 'index.json'), 'utf8')) as {
      ids: string[];
    };
    const recalls: number[] = [];
    for (const [at, effort] of [10, 40, 200].entries()) {
      graph.setEf(effort);
      const own = new Map(
        made.queries.map(({ id, vector }) => {
          const { neighbors } = graph.searchKnn([...vector], 10);
          return [id, neighbors.map((label) => ids[label] ?? '')] as const;
        }),
      );
      const recall = plainRecall(made, own, 10);
      expect(plainRecall(made, await answersOf(run, at), 10)).toBe(recall);
      expect(findings.points[at]?.recall.mean).toBeCloseTo(recall, 12);
      recalls.push(recall);
    }
    const [least = 1, , most = 0] = recalls;
    expect(least).toBeLessThan(0.9);
    expect(most).toBeGreaterThan(least);
    expect(findings.points[3]?.recall.mean).toBe(1);
    // Nothing was timed, and no speed is made up.
    expect(findings.points[0]?.perSecond.median).toBeNull();
    expect(findings.points.some(({ isOnFront }) => isOnFront)).toBe(false);
  });

  it('pgvector in this process at ef 10, 40 and 200: as it answered, and to the last digit', async () => {
    const { run, findings } = await swept(
      ['pglite:memory?index=hnsw&m=4&ef_construction=16&seqscan=off'],
      ...['--effort', '10,40,200', '--rounds', '1', '--requests', '5'],
    );
    for (const [at, point] of findings.points.entries()) {
      const recall = plainRecall(made, await answersOf(run, at), 10);
      expect(point.recall.mean).toBeCloseTo(recall, 12);
    }
    const [ten, , most] = findings.points;
    expect(ten?.recall.mean).toBeLessThan(most?.recall.mean ?? 0);
    expect(findings.variants[0]?.index).toMatchObject({ kind: 'hnsw', documents: 2_000 });
    expect(findings.variants[0]?.index.buildMs).toBeGreaterThan(0);
    expect(findings.variants[0]?.index.sizeBytes).toBeGreaterThan(0);
    const again = await rescore(run);
    expect(again.compared).toEqual(['findings.json', 'verdict.json', 'report.md', 'sweep.svg']);
    expect(again.differing).toEqual([]);
  });

  it.skipIf(!hasLance)(
    'LanceDB flat and IVF-PQ: as they answered (skipped where @lancedb/lancedb is not installed)',
    async () => {
      const { run, findings } = await swept(
        ['lancedb://flat?index=none', 'lancedb://pq?index=ivf_pq&partitions=8'],
        ...['--effort', '1,8', '--rounds', '0'],
      );
      for (const [at, point] of findings.points.entries()) {
        const recall = plainRecall(made, await answersOf(run, at), 10);
        expect(point.recall.mean).toBeCloseTo(recall, 12);
      }
      const [flat, one, all] = findings.points.map(({ recall }) => recall.mean ?? 0);
      expect(flat).toBe(1);
      // Product quantisation loses what no number of probes brings back.
      expect(one).toBeLessThanOrEqual(all ?? 0);
      expect(all).toBeLessThan(1);
    },
    60_000,
  );

  it('without backends the sides of the configuration are swept', async () => {
    const { findings } = await swept(
      [],
      ...['--incumbent', 'sqlite-vec:memory', '--candidate', 'hnsw://side?m=8', '--effort', '20'],
      ...['--rounds', '0'],
    );
    expect(findings.points.map(({ variant, effort }) => [variant, effort])).toEqual([
      [0, null],
      [1, 20],
    ]);
  });

  it('a varied parameter is an index each, and one index under two names is refused', async () => {
    const { findings, summary } = await swept(
      ['hnsw://vary-{m}?m={m}&ef_construction=20'],
      ...['--vary', 'm=2,16', '--effort', '20', '--rounds', '0', '--target', '0.9'],
    );
    expect(findings.variants.map(({ values }) => values)).toEqual([{ m: '2' }, { m: '16' }]);
    const [few, many] = findings.points.map(({ recall }) => recall.mean ?? 0);
    expect(few).toBeLessThan(many ?? 0);
    expect(summary.sentences[0]).toMatch(/recall@10 ≥ 0.9 is not reached: the most is 0\.\d{4}/);
    const { code, stderr } = await runCommand(
      sweepCommand,
      [
        ...['sweep', '--corpus', made.corpus, '--embed', 'corpus', '--ingest', 'if-empty'],
        ...['--backend', 'hnsw://vary-2?m={m}', '--vary', 'm=2,16'],
      ],
      { cwd: made.folder },
    );
    expect(code).toBe(2);
    expect(stderr).toContain('the index has m 2, not 16');
    expect(stderr).toContain('put {m} into the path');
  });
});
