import { describe, expect, it } from 'vitest';
import type { Pair } from '../../src/observe/ask.ts';
import { observeQuality } from '../../src/observe/observe-run.ts';
import { type PlanOptions, planRun } from '../../src/observe/plan.ts';
import { NO_PROGRESS } from '../../src/progress.ts';
import type { Observation } from '../../src/record/types.ts';
import type { Backend } from '../../src/wire/backend.ts';
import { capabilitiesOf } from '../../src/wire/capabilities.ts';
import { unsupported } from '../../src/wire/outcome.ts';
import { syntheticRun } from '../support/synthetic-run.ts';

const OPTIONS: PlanOptions = {
  seed: 1,
  cells: ['search', 'retrieve'],
  maxNeeds: null,
  qualityBlockSize: 7,
  wholeNeeds: true,
  latencyBlockPairs: 0,
  requestsPerLatencyBlock: 1,
  throughputSlices: 0,
  requestsPerThroughputSlice: 0,
};
const { corpus } = syntheticRun();

/** A backend that answers everything with nothing. */
function silent(): Backend {
  const answer = async () => ({
    kind: 'ok' as const,
    value: { hits: [] },
    status: 200,
    sizeBytes: 0,
    timing: { startedMs: 0, endedMs: 1 },
  });
  return {
    label: 'silent',
    capabilities: capabilitiesOf({ operations: { search: 'search', retrieve: 'retrieve' } }),
    fingerprint: 'silent@1',
    health: async () => unsupported('no health'),
    search: answer,
    retrieve: answer,
    close: async () => {},
  };
}

describe('a plan of whole needs', () => {
  const plan = planRun(corpus, OPTIONS);

  it('never divides the queries of a need between blocks', () => {
    for (const cell of ['search', 'retrieve'] as const) {
      const blocks = plan.quality.filter((block) => block.cell === cell);
      const seen = new Set<string>();
      for (const { queries } of blocks) {
        const needs = new Set(queries.map((query) => query.need));
        for (const need of needs) expect(seen.has(need)).toBe(false);
        for (const need of needs) seen.add(need);
        expect(queries.length).toBeLessThanOrEqual(8);
      }
      const asked = blocks.flatMap(({ queries }) => queries.map((query) => query.id));
      const wanted = plan.cells.find((entry) => entry.cell === cell)?.queries ?? [];
      expect(asked.toSorted()).toEqual(wanted.map((query) => query.id).toSorted());
    }
  });

  it('has the needs in a random order of its seed', () => {
    const order = (seed: number): string[] =>
      planRun(corpus, { ...OPTIONS, seed }).quality.flatMap(({ queries }) =>
        queries.map((query) => query.need),
      );
    expect(order(1)).toEqual(order(1));
    expect(order(2)).not.toEqual(order(1));
    expect(order(1)).not.toEqual(order(1).toSorted());
  });
});

describe('quality blocks', () => {
  it('of a decided cell are not asked, those of other cells are, and every asked block is whole', async () => {
    const plan = planRun(corpus, OPTIONS);
    const rows: Observation[] = [];
    let ticks = 0;
    const pair: Pair = { incumbent: silent(), candidate: silent() };
    await observeQuality(pair, plan, {
      k: 10,
      model: null,
      originMs: 0,
      signal: new AbortController().signal,
      concurrency: 2,
      throughputConcurrency: 1,
      discardedPerBlock: 0,
      progress: {
        ...NO_PROGRESS,
        tick: (count) => {
          ticks += count;
        },
      },
      isDone: () => false,
      stored: async () => [],
      isDecided: (cell) =>
        cell === 'search' &&
        rows.filter((row) => row.cell === 'search' && row.arm === 'B2').length >= 14,
      writeBlock: async (_, block) => {
        rows.push(...block);
      },
    });
    const inSearch = rows.filter((row) => row.cell === 'search');
    expect(new Set(inSearch.map((row) => row.block))).toEqual(new Set([0, 1]));
    for (const arm of ['A', 'A2', 'B', 'B2']) {
      expect(inSearch.filter((row) => row.arm === arm)).toHaveLength(inSearch.length / 4);
    }
    expect(rows.filter((row) => row.cell === 'retrieve')).toHaveLength(60 * 4);
    expect(ticks).toBe(plan.quality.reduce((sum, { queries }) => sum + queries.length * 4, 0));
  });
});
