import { describe, expect, it } from 'vitest';
import { documentIndex } from '../../src/corpus/document-index.ts';
import { agreementGates } from '../../src/gate/gates/agreement-gate.ts';
import { isSameMetric, recallAt } from '../../src/metrics/metric.ts';
import { buildsFinding } from '../../src/parity/builds.ts';
import { equalRecallFinding } from '../../src/parity/equal-recall.ts';
import type { EqualRecallFinding } from '../../src/parity/findings.ts';
import { otherSide, sideOfArm } from '../../src/record/side-of-arm.ts';
import type { Observation } from '../../src/record/types.ts';
import { liveEstimate } from '../../src/retrieve/measure/live-estimate.ts';
import { computeTruth } from '../../src/truth/corpus/compute-truth.ts';
import { deriveAgain } from '../support/derive-again.ts';
import { syntheticRun, type Tamper } from '../support/synthetic-run.ts';

const QUERIES = 800;

/** What one side does to the answers of every second need; a candidate may lose a tenth of the others. */
const spoiling =
  (arms: 'A' | 'B', how: (hits: Hits) => Hits | null, loss: (hits: Hits) => Hits = same): Tamper =>
  (hits, { arm, queryIndex }) => {
    if (queryIndex < 0) return hits;
    const isEven = Math.floor(queryIndex / 2) % 2 === 0;
    if (arm.startsWith(arms) && isEven) return how(hits);
    return arm.startsWith('B') && !isEven ? loss(hits) : hits;
  };
type Hits = Parameters<Tamper>[0];
const same = (hits: Hits): Hits => hits;
const none = (): Hits => [];
const one = (hits: Hits): Hits => hits.slice(0, 1);
const failed = (): null => null;
/** The nearest document is another one. */
const withoutFirst = (hits: Hits): Hits => [{ id: 'd-lost', similarity: 1 }, ...hits.slice(1)];

async function asked(tamper: Tamper) {
  const run = syntheticRun({ queries: QUERIES, latencyPairs: 0, tamper });
  const { queries, collections } = run.corpus;
  const truth = await computeTruth({
    corpus: run.corpus,
    queries,
    documents: run.vectors.documents.incumbent,
    vectors: run.vectors.queries.incumbent,
    k: 10,
  });
  const rows = run.observations.filter(
    ({ phase, cell }) => phase === 'quality' && cell === 'retrieve',
  );
  return { run, rows, truth, queries, index: documentIndex(collections), k: 10 };
}

describe('builds of the candidate against an incumbent that does not give everything', () => {
  const built = async (tamper: Tamper) => {
    const { rows, ...input } = await asked(tamper);
    const again = rows
      .filter(({ arm }) => arm === 'B2')
      .map((row): Observation => ({ ...row, arm: 'B', phase: 'build', block: 1 }));
    return buildsFinding('retrieve', [...rows, ...again], input)?.builds;
  };

  it.each([
    ['no row', none],
    ['one row', one],
    ['an error', failed],
  ] as const)('%s of the incumbent is no gain of a build', async (_, how) => {
    for (const { difference } of (await built(spoiling('A', how))) ?? []) {
      expect(difference).toBeCloseTo(0, 12);
    }
    const losing = await built(spoiling('A', how, withoutFirst));
    expect(losing).toHaveLength(2);
    for (const { difference } of losing ?? []) expect(difference).toBeLessThan(-0.04);
  });

  it.each([
    ['no row', none, -0.5],
    ['an error', failed, -0.5],
    ['one row', one, -0.45],
  ] as const)('%s of a build is its loss', async (_, how, loss) => {
    for (const { difference } of (await built(spoiling('B', how))) ?? []) {
      expect(difference).toBeCloseTo(loss, 6);
    }
  });

  it('a build that finds nothing has lost all, and beside an incumbent without a row has no difference', async () => {
    const nothing = await built((hits, { arm }) => (arm.startsWith('B') ? [] : hits));
    expect(nothing?.map(({ difference }) => difference)).toEqual([-1, -1]);
    const silent = await built((hits, { arm }) => (arm.startsWith('A') ? [] : hits));
    expect(silent?.map(({ difference }) => difference)).toEqual([null, null]);
  });
});

describe('equal recall with an incumbent that does not give everything', () => {
  const compared = async (tamper: Tamper, swap = false): Promise<EqualRecallFinding> => {
    const { rows, truth, queries, index, k } = await asked(tamper);
    const of = (side: 'incumbent' | 'candidate') =>
      rows.filter(
        ({ arm }) =>
          (arm === 'A' || arm === 'B') && sideOfArm(arm) === (swap ? otherSide(side) : side),
      );
    const side = { effort: 10, effortName: 'ef', isEnough: true };
    return equalRecallFinding({
      target: 0.9,
      ofIncumbent: false,
      cell: 'retrieve',
      k,
      sides: { incumbent: side, candidate: side },
      checked: { incumbent: of('incumbent'), candidate: of('candidate') },
      queries,
      index,
      truth,
    });
  };

  it.each([
    ['no row', none, QUERIES / 2],
    ['an error', failed, QUERIES / 2],
    ['one row', one, 0],
  ] as const)('%s of it is nothing that the other side is better by', async (_, how, without) => {
    const { state, difference } = await compared(spoiling('A', how));
    expect(difference.mean).toBeCloseTo(0, 12);
    expect(difference.undefinedCount).toBe(without);
    expect(state).toBe('equal');
    const lost = await compared(spoiling('A', how, withoutFirst));
    expect(lost.difference.mean).toBeLessThan(-0.04);
    expect(lost.state).toBe('unequal');
  });

  it.each([
    ['no row', none],
    ['an error', failed],
    ['one row', one],
  ] as const)('%s of the candidate is its loss', async (_, how) => {
    const { state, difference } = await compared(spoiling('B', how));
    expect(difference.mean).toBeLessThan(-0.4);
    expect(state).toBe('unequal');
  });

  it('is the same rule where the sides are exchanged', async () => {
    const { state, difference } = await compared(spoiling('A', none), true);
    expect(difference.mean).toBeCloseTo(-0.5, 12);
    expect(state).toBe('unequal');
  });

  it('is not shown where both fail', async () => {
    const { state, difference } = await compared((hits, { queryIndex }) =>
      queryIndex >= 0 ? null : hits,
    );
    expect(difference).toMatchObject({ mean: null, n: 0, undefinedCount: QUERIES });
    expect(state).toBe('not shown');
  });
});

describe('the estimate while a run goes on', () => {
  it.each([
    ['no row', none],
    ['an error', failed],
    ['one row', one],
  ] as const)('is that of the report where the incumbent gives %s', async (_, how) => {
    const { run, rows, truth } = await asked(spoiling('A', how, withoutFirst));
    const live = liveEstimate(run.corpus, truth, 10);
    const key = { phase: 'quality', cell: 'retrieve', block: 0 } as const;
    const of = (arm: 'A' | 'B') => rows.filter((row) => row.arm === arm);
    expect(live.add({ ...key, arm: 'A' }, of('A'))).toBeNull();
    const said = live.add({ ...key, arm: 'B' }, of('B')) ?? '';
    const { findings } = await deriveAgain(run);
    const delta = findings.cells
      .find(({ cell }) => cell === 'retrieve')
      ?.quality.find(({ metric }) => isSameMetric(metric, recallAt(10)))?.delta;
    expect(said).toContain(`Δ −${Math.abs(delta?.mean ?? 0).toFixed(4)}`);
    expect(said).toContain(`over ${delta?.n} needs`);
    expect(said.includes(`${QUERIES / 2} queries without a value`)).toBe(how !== one);
  });
});

describe('disagreement of lists', () => {
  const gate = async (tamper: Tamper) => {
    const { run } = await asked(tamper);
    const { findings } = await deriveAgain(run);
    return agreementGates(findings, { agreement: { margin: 0.02 } }).find(
      ({ cell }) => cell === 'retrieve',
    );
  };

  it('charges nobody for queries to which the incumbent gave no row', async () => {
    expect(await gate(spoiling('A', none))).toMatchObject({ state: 'pass', n: QUERIES / 4 });
    expect(await gate(spoiling('B', none))).toMatchObject({ state: 'fail' });
  });

  it('shows no agreement where neither gave one', async () => {
    const both = await gate((hits, { queryIndex }) => (queryIndex >= 0 ? [] : hits));
    expect(both).toMatchObject({ state: 'inconclusive', n: 0, mean: null });
  });

  it('does not take an incumbent that gives no row twice for one that agrees with itself', async () => {
    const { run } = await asked(spoiling('A', none));
    const { findings } = await deriveAgain(run);
    const retrieve = findings.cells.find(({ cell }) => cell === 'retrieve');
    expect(retrieve?.quality[0]?.noiseDifferences).toHaveLength(QUERIES / 4);
    expect(retrieve?.truthFit?.recall).toBe(1);
  });
});
