import { describe, expect, it } from 'vitest';
import { evaluateGates } from '../../src/gate/evaluate.ts';
import { judge } from '../../src/gate/judge/judge-claims.ts';
import { isSameMetric, recallAt } from '../../src/metrics/metric.ts';
import { type Compared, pairedDifference, SIDE_PAIRS } from '../../src/parity/cell/by-need.ts';
import { scoreQueries } from '../../src/parity/cell/query-metrics.ts';
import { type Random, randomStream } from '../../src/stats/random.ts';
import { deriveAgain } from '../support/derive-again.ts';
import { syntheticRun, type Tamper } from '../support/synthetic-run.ts';

type Gates = Parameters<typeof evaluateGates>[1];

const WIDE: Gates = { recall: { margin: 0.2 }, ndcg: { margin: 0.2 }, errors: { margin: 0.1 } };
const DECLARED: Gates = {
  ...WIDE,
  contract: { declared: [{ kind: 'short', reason: 'filters after the scan' }] },
};

async function judged(tamper: Tamper, gates: Gates = WIDE) {
  const run = syntheticRun({ queries: 160, latencyPairs: 0, tamper });
  const { findings } = await deriveAgain(run);
  const verdict = evaluateGates(findings, gates);
  const retrieve = findings.cells.find(({ cell }) => cell === 'retrieve');
  const recall = retrieve?.quality.find(({ metric }) => isSameMetric(metric, recallAt(10)));
  const gate = (type: string) =>
    verdict.gates.find(({ kind, cell }) => kind.type === type && cell === 'retrieve');
  return { findings, verdict, recall, gate };
}

/** The incumbent's lists of every second need are cut to so many rows; the candidate's of the others are wrong. */
const hidden =
  (rows: number): Tamper =>
  (hits, { arm, queryIndex }) => {
    if (queryIndex < 0) return hits;
    const isEven = Math.floor(queryIndex / 2) % 2 === 0;
    if (arm.startsWith('A')) return isEven ? hits.slice(0, rows) : hits;
    return isEven ? hits : elsewhere(hits);
  };

/** As many documents, none of which is in the list. */
function elsewhere(hits: Parameters<Tamper>[0]): Parameters<Tamper>[0] {
  const near = new Set(hits.map(({ id }) => id));
  const others = Array.from({ length: 40 }, (_, at) => `d-${at}`).filter((id) => !near.has(id));
  return hits.map(({ similarity }, rank) => ({ id: others[rank * 2] ?? '', similarity }));
}

describe('an incumbent that answers 200 with less than there is', () => {
  it.each([0, 1, 5])(
    'credits nobody with what its lists of %i rows lack: a loss elsewhere stays a loss',
    async (rows) => {
      const { recall, verdict } = await judged(hidden(rows), DECLARED);
      // As served the two cancel out, wholly or in part; the lists do not.
      expect(recall?.delta.mean).toBeLessThanOrEqual(rows === 0 ? -0.9 : -0.45);
      expect(verdict.state).toBe('fail');
    },
  );

  it('leaves the verdict open where its empty lists are more than the margin of errors', async () => {
    const some: Tamper = (hits, { arm, queryIndex }) =>
      arm.startsWith('A') && queryIndex >= 0 && queryIndex % 4 === 0 ? [] : hits;
    const { verdict, gate, recall } = await judged(some);
    expect(recall?.delta).toMatchObject({ mean: 0, undefinedCount: 40 });
    expect(verdict.state).toBe('inconclusive');
    expect(gate('incumbent rows')).toMatchObject({ state: 'inconclusive', gated: true });
    const declared = await judged(some, DECLARED);
    expect(declared.verdict.state).toBe('pass');
    expect(declared.verdict.remarks.map(({ text }) => text)).toContain(
      '80 of 320 answers of the incumbent of retrieve have no row though documents match, which compare with nothing',
    );
  });

  it('is told of below the margin, and decides nothing there', async () => {
    const { verdict } = await judged((hits, { arm, queryIndex }) =>
      arm.startsWith('A') && queryIndex === 3 ? [] : hits,
    );
    expect(verdict.state).toBe('pass');
    expect(verdict.remarks.some(({ text }) => text.startsWith('2 of 320 answers'))).toBe(true);
  });

  it('alike with the candidate shows no agreement', async () => {
    const { findings, recall, verdict } = await judged(
      (hits, { queryIndex }) => (queryIndex >= 0 ? [] : hits),
      DECLARED,
    );
    const retrieve = findings.cells.find(({ cell }) => cell === 'retrieve');
    for (const agreement of retrieve?.agreement ?? []) {
      expect(agreement).toMatchObject({ n: 0, withoutRows: 160, overlap: null, identical: 0 });
    }
    expect(recall?.differences).toEqual([]);
    expect(recall?.delta.n).toBe(0);
    expect(verdict.state).toBe('inconclusive');
  });

  it('may find nothing where nothing matches', async () => {
    const run = syntheticRun({ queries: 160, latencyPairs: 0 });
    const queries = run.corpus.queries.map((query, at) =>
      at % 5 === 4 ? { ...query, filter: { half: 'neither' } } : query,
    );
    const filtered = new Set(queries.flatMap(({ id, filter }) => (filter ? [id] : [])));
    const observations = run.observations.map((row) =>
      filtered.has(row.queryId) ? { ...row, ids: [], collections: [], similarities: [] } : row,
    );
    const { findings } = await deriveAgain({
      ...run,
      corpus: { ...run.corpus, queries, judgments: new Map() },
      observations,
    });
    expect(findings.cells.every(({ emptyByIncumbent }) => emptyByIncumbent === undefined)).toBe(
      true,
    );
    const agreement = findings.cells.flatMap((cell) => cell.agreement);
    expect(
      agreement.every(({ overlap, withoutRows }) => overlap === 1 && withoutRows === undefined),
    ).toBe(true);
    expect(evaluateGates(findings, WIDE).state).toBe('pass');
  });
});

describe('a candidate that answers with less than there is', () => {
  it('is charged for it as served, whatever the lists hold', async () => {
    const cut: Tamper = (hits, { arm, queryIndex }) =>
      arm.startsWith('B') && queryIndex >= 0 ? hits.slice(0, 5) : hits;
    const { recall, verdict } = await judged(cut, DECLARED);
    expect(recall?.delta.mean).toBeCloseTo(-0.5, 6);
    expect(recall?.answeredDifferences?.every((value) => value === 0)).toBe(true);
    expect(verdict.state).toBe('fail');
    const empty = await judged(
      (hits, { arm, queryIndex }) => (arm.startsWith('B') && queryIndex >= 0 ? [] : hits),
      DECLARED,
    );
    expect(empty.recall?.delta.mean).toBeCloseTo(-1, 6);
    expect(empty.verdict.state).toBe('fail');
  });

  it('passes within a margin that somebody set for a declared lack of one row', async () => {
    const nine: Tamper = (hits, { arm, queryIndex }) =>
      arm.startsWith('B') && queryIndex >= 0 ? hits.slice(0, 9) : hits;
    expect((await judged(nine, DECLARED)).verdict.state).toBe('pass');
  });
});

/** One draw of the scores of both sides at depth 10: answers fail, are empty or are cut, each at a rate. */
function drawn(needs: number, random: Random, loss: number) {
  const exact = {
    keys: Array.from({ length: 10 }, (_, at) => `d-${at}`),
    scores: Array.from({ length: 10 }, (_, at) => 1 - at / 10),
  };
  const answers = Array.from({ length: needs }, (_, at) => {
    const isLost = random.chance(loss);
    const arm = (name: 'A' | 'A2' | 'B' | 'B2') => {
      const fate = random.fraction();
      const list = isLost && name.startsWith('B') ? exact.keys.map((key) => `x${key}`) : exact.keys;
      const keys = fate < 0.01 ? null : fate < 0.02 ? [] : fate < 0.03 ? list.slice(0, 4) : list;
      return { observation: { outcome: keys === null ? 'http' : 'ok' }, keys };
    };
    const query = { id: `q-${at}`, need: `n-${at}` };
    return { query, arms: { A: arm('A'), A2: arm('A2'), B: arm('B'), B2: arm('B2') } };
  });
  const reference = {
    exact,
    exactScore: (key: string) => exact.scores[exact.keys.indexOf(key)] ?? null,
    ties: new Map(),
    nearest: [],
    grades: new Map(),
  };
  return scoreQueries(answers as never, recallAt(10), () => reference as never);
}

const meanOf = (scores: ReturnType<typeof drawn>, how: Compared) => {
  const values = scores.flatMap((entry) => pairedDifference(entry, SIDE_PAIRS, how) ?? []);
  return { values, mean: values.reduce((sum, value) => sum + value, 0) / values.length };
};

describe('the two claims about what was given', () => {
  const RUNS = 60;
  const runs = (loss: number) =>
    Array.from({ length: RUNS }, (_, seed) => drawn(800, randomStream(seed, 'given'), loss));

  it('have a mean of zero for identical sides of which 3% of the answers lack something', () => {
    for (const how of ['served', 'level'] as const) {
      const found = runs(0).map((scores) => meanOf(scores, how));
      const mean = found.reduce((sum, { mean: own }) => sum + own, 0) / RUNS;
      expect(Math.abs(mean)).toBeLessThan(0.001);
      const fails = found.filter(({ values }) => judge(values, 0.005).state === 'fail').length;
      expect(fails).toBeLessThanOrEqual(RUNS * 0.05);
    }
  });

  it('see a loss within the lists as large as it is, whatever either side did not give', () => {
    const found = runs(0.02).map((scores) => meanOf(scores, 'level').mean);
    const mean = found.reduce((sum, own) => sum + own, 0) / RUNS;
    expect(mean).toBeGreaterThan(-0.0225);
    expect(mean).toBeLessThan(-0.0175);
  });
});
