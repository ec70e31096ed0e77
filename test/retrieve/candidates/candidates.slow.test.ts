import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCommand } from '../../../bench/backends/load.ts';
import { retrieveCommand } from '../../../bench/backends/retrieve.ts';
import { holmOverCandidates } from '../../../src/gate/holm.ts';
import type { GateResult } from '../../../src/gate/verdict.ts';
import { openRun } from '../../../src/record/run/open-run.ts';
import { rescore } from '../../../src/rescore.ts';
import type { CandidatesFindings } from '../../../src/retrieve/candidates/findings.ts';
import { runCommand } from '../../support/run-command.ts';
import { type VectorCorpus, vectorCorpus } from '../../sweep/vector-corpus.ts';

describe('several candidates', () => {
  let made: VectorCorpus;
  beforeAll(async () => {
    made = await vectorCorpus({ documents: 400, queries: 60, dimension: 12 });
  });
  afterAll(() => made.remove());

  const sides = [
    ...['--incumbent', 'sqlite-vec:memory', '--candidate', 'hnsw://wide?m=16'],
    ...['--also', 'hnsw://poor?m=2&ef_construction=2', '--also', 'sqlite-vec:memory'],
  ];

  it('are compared with one incumbent over the same queries and truth, in one report', async () => {
    const { code, stdout, stderr } = await runCommand(
      retrieveCommand,
      [
        ...['retrieve', '--corpus', made.corpus, '--embed', 'corpus', '--ingest', 'if-empty'],
        ...[...sides, '--runs', 'runs', '--json'],
        ...[
          'operations=["search"]',
          'latency.blockPairs=0',
          'throughput.requestsPerSlice=0',
        ].flatMap((set) => ['--set', set]),
      ],
      { cwd: made.folder },
    );
    expect(stdout, stderr).not.toBe('');
    const { run, findings, verdict } = JSON.parse(stdout) as {
      run: string;
      findings: CandidatesFindings;
      verdict: { state: string };
    };
    expect(findings).toMatchObject({ complete: true, sameTruth: true });
    expect(findings.candidates.map(({ state, held }) => [state, held])).toEqual([
      ['inconclusive', 'inconclusive'],
      ['fail', 'fail'],
      ['inconclusive', 'inconclusive'],
    ]);
    expect(verdict.state).toBe('fail');
    expect(code).toBe(1);
    const recalls = findings.candidates.map(
      ({ quality }) => quality.find(({ metric }) => metric === 'recall@10')?.difference,
    );
    expect(recalls[1]).toBeLessThan(-0.05);
    expect(recalls[2]).toBe(0);
    // Every candidate is a run of the main job of its own, and asked the same in the same order.
    const asked = await Promise.all(
      findings.candidates.map(async ({ run: own }) => {
        const rows = await (await openRun(join(made.folder, 'runs', own))).observations('quality');
        return rows.filter(({ arm }) => arm === 'A').map(({ queryId }) => queryId);
      }),
    );
    expect(asked[1]).toEqual(asked[0]);
    const again = await rescore(run);
    expect(again.compared).toEqual(['findings.json', 'verdict.json', 'report.md']);
    expect(again.differing).toEqual([]);
  });

  it('are refused where one is asked for', async () => {
    const { code, stderr } = await runCommand(loadCommand, [
      ...['load', '--embed', 'onnx', '--rates', '5'],
      ...sides.slice(0, 4),
      ...['--set', 'candidates=[{"url":"sqlite-vec:memory"}]'],
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain('2 candidates are named');
  });
});

describe('Holm over candidates', () => {
  const gate = (state: 'pass' | 'fail', p: number | null): GateResult =>
    ({
      name: 'recall@10',
      kind: { type: 'quality', metric: { family: 'recall', depth: 10, truth: 'exact' } },
      gated: true,
      state,
      p,
      pHolm: p,
      reason: 'loses too much',
    }) as unknown as GateResult;
  const verdict = (...gates: GateResult[]) => ({
    state: gates.some(({ state }) => state === 'fail') ? ('fail' as const) : ('pass' as const),
    gates,
  });

  it('lets a failure stand that is certain among all of them, and opens one that is not', () => {
    const held = holmOverCandidates([
      verdict(gate('fail', 0.001)),
      verdict(gate('fail', 0.04)),
      verdict(gate('pass', null)),
    ]);
    expect(held.map(({ state }) => state)).toEqual(['fail', 'inconclusive', 'pass']);
    expect(held[0]?.gates[0]?.pHolm).toBeCloseTo(0.003, 12);
    expect(held[1]?.gates[0]).toMatchObject({ state: 'inconclusive' });
    expect(held[1]?.gates[0]?.reason).toContain('not certain over 3 candidates');
  });

  it('leaves a failure alone that was counted and not sampled', () => {
    const counted = { ...gate('fail', null), kind: { type: 'listing' as const } };
    const held = holmOverCandidates([verdict(counted), verdict(gate('fail', 0.04))]);
    expect(held.map(({ state }) => state)).toEqual(['fail', 'fail']);
  });
});
