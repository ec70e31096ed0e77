import { describe, expect, it } from 'vitest';
import { liveEstimate } from '../../src/retrieve/measure/live-estimate.ts';
import { computeTruth } from '../../src/truth/corpus/compute-truth.ts';
import { syntheticRun } from '../support/synthetic-run.ts';

describe('the live estimate', () => {
  it('is silent until both sides answered, and then shows the difference over needs', async () => {
    const run = syntheticRun({
      tamper: (hits, { arm }) => (arm === 'B' ? hits.slice(0, 5) : hits),
    });
    const truth = await computeTruth({
      corpus: run.corpus,
      queries: run.corpus.queries,
      documents: run.vectors.documents.incumbent,
      vectors: run.vectors.queries.incumbent,
      k: 10,
    });
    const live = liveEstimate(run.corpus, truth, 10);
    const rows = (arm: 'A' | 'A2' | 'B') =>
      run.observations.filter(
        (row) => row.phase === 'quality' && row.cell === 'retrieve' && row.arm === arm,
      );
    const key = { phase: 'quality', cell: 'retrieve', block: 0 } as const;
    expect(live.add({ ...key, arm: 'A' }, rows('A'))).toBeNull();
    expect(live.add({ ...key, arm: 'A2' }, rows('A2'))).toBeNull();
    expect(live.add({ ...key, arm: 'B' }, rows('B'))).toMatch(
      /^retrieve recall@10 Δ −0\.5000 \[−0\.\d{4}, −0\.\d{4}\] over 30 needs$/,
    );
  });
});
