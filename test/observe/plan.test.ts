import { describe, expect, it } from 'vitest';
import { type PlanOptions, planRun } from '../../src/observe/plan.ts';
import { syntheticRun } from '../support/synthetic-run.ts';

const OPTIONS: PlanOptions = {
  seed: 1,
  cells: ['search', 'retrieve'],
  maxNeeds: null,
  qualityBlockSize: 25,
  latencyBlockPairs: 12,
  requestsPerLatencyBlock: 200,
  throughputSlices: 4,
  requestsPerThroughputSlice: 30,
};
const { corpus } = syntheticRun();

describe('the plan of a run', () => {
  it('is the same for the same seed, and another for another seed', () => {
    expect(planRun(corpus, OPTIONS)).toEqual(planRun(corpus, OPTIONS));
    expect(planRun(corpus, { ...OPTIONS, seed: 2 }).quality).not.toEqual(
      planRun(corpus, OPTIONS).quality,
    );
  });

  it('asks every query once in each of the four arms, and search no filtered one', () => {
    const plan = planRun(corpus, OPTIONS);
    for (const { cell, queries } of plan.cells) {
      const blocks = plan.quality.filter((block) => block.cell === cell);
      const asked = blocks.flatMap((block) => block.queries.map((query) => query.id));
      expect(asked.toSorted()).toEqual(queries.map((query) => query.id).toSorted());
      for (const block of blocks) {
        expect(block.rounds.flat().toSorted()).toEqual(['A', 'A2', 'B', 'B2']);
        for (const [incumbent, candidate] of block.rounds) {
          expect(incumbent.startsWith('A')).toBe(true);
          expect(candidate.startsWith('B')).toBe(true);
        }
      }
    }
    const search = plan.cells.find((entry) => entry.cell === 'search');
    expect(search?.queries.every((query) => query.filter === undefined)).toBe(true);
    expect(search?.queries.length).toBe(48);
  });

  it('times pairs of blocks with the same queries, in ABBA or BAAB order', () => {
    const blocks = planRun(corpus, OPTIONS).latency.filter((block) => block.cell === 'retrieve');
    expect(blocks).toHaveLength(24);
    const orders = new Set<string>();
    for (let at = 0; at < blocks.length; at += 4) {
      const quad = blocks.slice(at, at + 4);
      orders.add(quad.map((block) => block.arm).join(''));
      expect(quad[0]?.queries).toEqual(quad[1]?.queries);
      expect(quad[0]?.pair).toBe(quad[1]?.pair);
      expect(quad[0]?.queries).toHaveLength(200);
    }
    expect([...orders].every((order) => order === 'ABBA' || order === 'BAAB')).toBe(true);
  });

  it('takes whole needs when fewer are asked for', () => {
    const plan = planRun(corpus, { ...OPTIONS, maxNeeds: 5 });
    const needs = new Set(plan.queries.map((query) => query.need));
    expect(needs.size).toBe(5);
    const all = corpus.queries.filter((query) => needs.has(query.need));
    expect(plan.queries).toEqual(all);
  });
});
