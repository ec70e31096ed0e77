import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { retrieveCommand } from '../../../bench/backends/retrieve.ts';
import type { Findings } from '../../../src/parity/findings.ts';
import { openRun } from '../../../src/record/run/open-run.ts';
import { rescore } from '../../../src/rescore.ts';
import { runCommand } from '../../support/run-command.ts';
import { plainRecall, type VectorCorpus, vectorCorpus } from '../../sweep/vector-corpus.ts';

interface Printed {
  readonly run: string;
  readonly findings: Findings;
  readonly verdict: {
    readonly state: string;
    readonly gates: readonly {
      readonly name: string;
      readonly state: string;
      readonly gated: boolean;
      readonly reason: string;
    }[];
  };
}

describe('a comparison at equal recall', () => {
  let made: VectorCorpus;
  beforeAll(async () => {
    made = await vectorCorpus({ documents: 2_000, queries: 400, dimension: 24 });
  });
  afterAll(() => made.remove());

  const compared = (incumbent: string, candidate: string, recall: string) =>
    runCommand(
      retrieveCommand,
      [
        ...['retrieve', '--corpus', made.corpus, '--embed', 'corpus', '--ingest', 'if-empty'],
        ...['--incumbent', incumbent, '--candidate', candidate, '--equal-recall', recall],
        ...['--runs', 'runs', '--json'],
        ...[
          'operations=["search"]',
          'latency.blockPairs=1',
          'latency.requestsPerBlock=10',
          'throughput.slices=1',
          'throughput.requestsPerSlice=10',
        ].flatMap((set) => ['--set', set]),
      ],
      { cwd: made.folder },
    );

  it('sets each side to the least effort that reaches it, and checks it on the other needs', async () => {
    const { stdout, stderr } = await compared(
      'hnsw://wide?m=16&ef_construction=100',
      'hnsw://narrow?m=4&ef_construction=20',
      '0.9',
    );
    const { run, findings, verdict } = JSON.parse(stdout) as Printed;
    const { equalRecall } = findings;
    expect(equalRecall, stderr).toBeDefined();
    if (equalRecall === undefined) return;
    const { incumbent, candidate } = equalRecall;
    expect(incumbent.isEnough && candidate.isEnough).toBe(true);
    expect(candidate.effort).toBeGreaterThan(incumbent.effort ?? 0);
    expect(incumbent.recall.n + candidate.recall.n).toBe(400);
    // The recall of the needs that were not tried on, by the plainest computation from the record.
    const reader = await openRun(run);
    const efforts = (await reader.json('efforts.json')) as {
      trials: { side: string; block: number; half: string; effort: number }[];
      checkedNeeds: string[];
    };
    const checked = efforts.trials.find(
      ({ side, half }) => side === 'candidate' && half === 'checked',
    );
    const rows = (await reader.observations('effort')).filter(
      ({ arm, block }) => arm === 'B' && block === checked?.block,
    );
    const asked = new Set(rows.map(({ queryId }) => queryId));
    expect(asked.size).toBe(200);
    const queries = made.queries.filter(({ id }) => asked.has(id));
    const answers = new Map(rows.map(({ queryId, ids }) => [queryId, ids]));
    const recall = plainRecall({ documents: made.documents, queries }, answers, 10);
    expect(candidate.recall.mean).toBeCloseTo(recall, 12);
    // What was timed was asked with the effort that was found: both sides are as good as each other.
    const quality = findings.cells[0]?.quality.find(
      ({ metric }) => (metric as unknown as string) === 'recall@10',
    );
    expect(quality?.candidate.mean).toBeGreaterThan(0.87);
    expect(quality?.candidate.mean).toBeLessThan(0.94);
    for (const gate of verdict.gates.filter(({ name }) => name.startsWith('recall@'))) {
      expect(gate.gated).toBe(false);
    }
    const again = await rescore(run);
    expect(again.differing).toEqual([]);
    expect(await readFile(join(run, 'report.md'), 'utf8')).toContain('## Compared at equal recall');
  });

  it('says where one side does not reach it, and compares no latency then', async () => {
    const { code, stdout } = await compared(
      'sqlite-vec:memory',
      'hnsw://poor?m=2&ef_construction=2',
      'incumbent',
    );
    const { findings, verdict } = JSON.parse(stdout) as Printed;
    expect(findings.equalRecall).toMatchObject({
      ofIncumbent: true,
      target: 1,
      incumbent: { effort: null, isEnough: true },
      candidate: { isEnough: false },
    });
    const gate = verdict.gates.find(({ name }) => name === 'equal recall');
    expect(gate).toMatchObject({ state: 'inconclusive', gated: true });
    expect(gate?.reason).toContain('no effort of the candidate reaches recall@10 of 1.0000');
    for (const { name, reason } of verdict.gates) {
      if (name === 'p50' || name === 'p95')
        expect(reason).toContain('not compared at equal recall');
    }
    expect(code).not.toBe(0);
  });

  it('needs a setting of effort', async () => {
    const { code, stderr } = await compared('sqlite-vec:memory', 'sqlite-vec:memory', '0.9');
    expect(code).toBe(2);
    expect(stderr).toContain('no setting of effort to find');
  });
});
