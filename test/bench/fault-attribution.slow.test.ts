import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  observeFaults,
  type ServedIncumbent,
  serveIncumbent,
} from '../../bench/experiments/attribution/observe-fault.ts';
import type { Component } from '../../src/attribution/types.ts';
import { loadCorpus } from '../../src/corpus/load.ts';
import type { Corpus } from '../../src/corpus/types.ts';
import { attributionFindings, runAttribution } from '../../src/retrieve/derive/run-attribution.ts';

/** Every kind of component, by a fault in the real gateway; `bench/experiments/attribution/faults.ts` goes through all. */
const NAMED: readonly (readonly [fault: string, component: Component])[] = [
  ['drop', 'membership'],
  ['query-prefix', 'query-embedder'],
  ['corpus-cut', 'fusion'],
  ['post-filter', 'filter'],
  ['off-by-one', 'truncation'],
];

describe('attribution of faults in the embedded pair', { timeout: 900_000 }, () => {
  let corpus: Corpus;
  let incumbent: ServedIncumbent;
  beforeAll(async () => {
    corpus = await loadCorpus(join(import.meta.dirname, '../../corpora/workers-200'));
    incumbent = await serveIncumbent(corpus);
  }, 600_000);
  afterAll(async () => {
    await incumbent.stop();
  });

  async function attributed(faults: readonly string[]) {
    const run = await observeFaults(incumbent, faults, {
      corpus,
      k: 10,
      seed: 7,
      maxNeeds: 150,
      cells: ['retrieve'],
      census: 200,
    });
    const [finding] = attributionFindings(await runAttribution(run), null);
    if (finding === undefined) throw new Error('nothing was asked again');
    return finding;
  }

  for (const [fault, component] of NAMED) {
    it(`${fault}: ${component} comes first with at least 80% of what is attributed`, async () => {
      const { measures, status } = await attributed([fault]);
      expect(status).toBe('explained');
      const [told] = measures.filter(({ accepted }) => accepted).sort((a, b) => b.total - a.total);
      expect(told?.shares[0]?.component).toBe(component);
      expect(told?.shares[0]?.share).toBeGreaterThanOrEqual(0.8);
      expect(told?.repair).toContain(component);
    });
  }

  it('a boost by a hidden field: unexplained, with no name', async () => {
    const { measures, status, remarks } = await attributed(['hidden-boost']);
    expect(status).toBe('unexplained');
    expect(measures.flatMap(({ shares }) => shares)).toEqual([]);
    expect(remarks).not.toEqual([]);
  });

  it('two that do not mask each other: both are in the repair', async () => {
    const { measures } = await attributed(['drop', 'filter-ignored']);
    const [told] = measures.filter(({ accepted }) => accepted).sort((a, b) => b.total - a.total);
    expect(told?.repair).toEqual(expect.arrayContaining(['membership', 'filter']));
  });
});
