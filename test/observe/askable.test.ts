import { describe, expect, it } from 'vitest';
import { planRun } from '../../src/observe/plan.ts';
import { askablePlan } from '../../src/observe/preflight/askable.ts';
import { capabilitiesOf, type QueryForms } from '../../src/wire/capabilities.ts';
import { unsupported } from '../../src/wire/outcome.ts';
import { syntheticRun } from '../support/synthetic-run.ts';

const { corpus } = syntheticRun();
const ALL: QueryForms = { text: true, vector: true, filter: true, severalCollections: true };

const backend = (forms: Partial<QueryForms>) => ({
  label: 'b',
  fingerprint: 'b@1',
  capabilities: capabilitiesOf({
    operations: { retrieve: 'RETRIEVE', search: 'SEARCH' },
    queries: { search: ALL, retrieve: { ...ALL, ...forms } },
  }),
  health: async () => unsupported<never>('no health'),
  close: async () => {},
});
const filtered = {
  ...corpus,
  queries: corpus.queries.map((query, at) =>
    at % 3 === 0 ? { ...query, filter: { state: 'IL' } } : query,
  ),
};
const plan = planRun(filtered, {
  seed: 1,
  cells: ['search', 'retrieve'],
  maxNeeds: null,
  qualityBlockSize: 10,
  latencyBlockPairs: 2,
  requestsPerLatencyBlock: 20,
  throughputSlices: 1,
  requestsPerThroughputSlice: 10,
});

describe('the plan that both sides can be asked', () => {
  it('is the plan as it stands where both can everything', () => {
    const asked = askablePlan(plan, { incumbent: backend({}), candidate: backend({}) });
    expect(asked).toEqual({ plan, leftOut: [] });
  });

  it('leaves out what one of them cannot express, everywhere, and counts it', () => {
    const { plan: asked, leftOut } = askablePlan(plan, {
      incumbent: backend({}),
      candidate: backend({ filter: false }),
    });
    const retrieved = plan.cells.find(({ cell }) => cell === 'retrieve')?.queries ?? [];
    const count = retrieved.filter(({ filter }) => filter !== undefined).length;
    expect(count).toBeGreaterThan(0);
    expect(leftOut).toEqual([
      { cell: 'retrieve', side: 'candidate', why: 'RETRIEVE takes no filter', queries: count },
    ]);
    const all = [...asked.cells, ...asked.quality, ...asked.latency, ...asked.throughput];
    expect(
      all.some(({ cell, queries }) => cell === 'retrieve' && queries.some((q) => q.filter)),
    ).toBe(false);
    expect(asked.cells[0]).toEqual(plan.cells[0]);
  });

  it('refuses an operation of which nothing is left, with the reason', () => {
    const pair = { incumbent: backend({}), candidate: backend({ text: false }) };
    expect(() => askablePlan(plan, pair)).toThrow(
      /^retrieve: none of \d+ queries can be asked: candidate b: RETRIEVE takes a vector, not text$/,
    );
  });
});
