import { describe, expect, it } from 'vitest';
import { changeGates } from '../../src/gate/change-gates.ts';
import { evaluateGates } from '../../src/gate/evaluate.ts';
import { verdictSentence } from '../../src/gate/sentence.ts';
import { isSameMetric, recallAt } from '../../src/metrics/metric.ts';
import { compareRuns } from '../../src/parity/compare-runs.ts';
import { deriveAgain } from '../support/derive-again.ts';
import { syntheticRun, type Tamper } from '../support/synthetic-run.ts';

const WIDE = { recall: { margin: 0.2 }, ndcg: { margin: 0.2 }, errors: { margin: 0.1 } };

async function judged(tamper: Tamper, gates: Parameters<typeof evaluateGates>[1] = WIDE) {
  const run = syntheticRun({ queries: 120, latencyPairs: 0, tamper });
  const { findings } = await deriveAgain(run);
  const verdict = evaluateGates(findings, gates);
  const retrieve = findings.cells.find(({ cell }) => cell === 'retrieve');
  const recall = retrieve?.quality.find(({ metric }) => isSameMetric(metric, recallAt(10)));
  return { findings, verdict, recall };
}

/** Every request of the incumbent that is no part of the census fails where the index of its query says so. */
const incumbentFails =
  (which: (queryIndex: number) => boolean, other: Tamper = (hits) => hits): Tamper =>
  (hits, place) =>
    place.arm.startsWith('A') && place.queryIndex >= 0 && which(place.queryIndex)
      ? null
      : other(hits, place);

/** The candidate lacks half of every third list. */
const LOSES: Tamper = (hits, { arm, queryIndex }) =>
  arm.startsWith('B') && queryIndex >= 0 && queryIndex % 3 === 0 ? hits.slice(0, 5) : hits;

describe('an incumbent that fails', () => {
  it('everything after the census makes the environment unfit, whatever the candidate answers', async () => {
    for (const candidate of [(hits) => hits, LOSES] satisfies Tamper[]) {
      const { verdict, recall } = await judged(incumbentFails(() => true, candidate));
      expect(verdict).toMatchObject({ state: 'environment unfit', exitCode: 4 });
      expect(verdictSentence(verdict)).toMatch(
        /^the incumbent failed more requests than the margin of errors: .*100\.0%/,
      );
      expect(recall?.delta).toMatchObject({ mean: null, n: 0, undefinedCount: 120 });
    }
  });

  it('a share above the margin of errors does so too, and none below it', async () => {
    const third = await judged(incumbentFails((at) => at % 10 < 3));
    expect(third.verdict.state).toBe('environment unfit');
    const few = await judged(incumbentFails((at) => at % 60 === 7));
    expect(few.verdict.state).toBe('pass');
    expect(few.recall?.delta.undefinedCount).toBe(2);
    expect(few.verdict.remarks.map(({ text }) => text)).toContain(
      'the incumbent failed 4 of 240 requests in quality of retrieve, which compare with nothing',
    );
  });

  it('a share above it that leaves most answered keeps the verdict open, and is not called unfit', async () => {
    const { verdict } = await judged(
      incumbentFails((at) => at % 40 === 7),
      { ...WIDE, errors: { margin: 0.005 } },
    );
    expect(verdict.state).toBe('inconclusive');
    expect(verdict.reasons[0]).toMatchObject({ gate: { kind: { type: 'incumbent errors' } } });
  });

  it('a share of 4% makes it unfit where the incumbent fails alone, and not where both sides fail as often', async () => {
    const few = (at: number): boolean => at % 25 === 7;
    const alike: Tamper = (hits, { arm, queryIndex }) =>
      arm.startsWith('B') && queryIndex >= 0 && few((queryIndex + 3) % 400) ? null : hits;
    const judgedOf = async (tamper: Tamper) => {
      const run = syntheticRun({ queries: 400, latencyPairs: 0, tamper });
      const { findings } = await deriveAgain(run);
      return evaluateGates(findings, { ...WIDE, errors: { margin: 0.005 } });
    };
    expect((await judgedOf(incumbentFails(few))).state).toBe('environment unfit');
    expect((await judgedOf(incumbentFails(few, alike))).state).toBe('inconclusive');
  });

  it('a share that may be above it leaves the verdict open', async () => {
    const { verdict } = await judged(
      incumbentFails((at) => at % 60 === 7),
      { ...WIDE, errors: { margin: 0.015 } },
    );
    const open = verdict.gates.filter(({ kind }) => kind.type === 'incumbent errors');
    expect(open.map(({ state, gated }) => [state, gated])).toEqual([
      ['inconclusive', true],
      ['inconclusive', true],
    ]);
    expect(verdict.state).toBe('inconclusive');
  });

  it('is found out with the error gate switched off', async () => {
    const { verdict } = await judged(
      incumbentFails(() => true),
      { ...WIDE, errors: undefined, off: ['errors'] },
    );
    expect(verdict.state).toBe('environment unfit');
  });

  it('does not dilute a loss of the candidate: Δ is over pairs that both answered', async () => {
    const whole = await judged(LOSES);
    const half = await judged(incumbentFails((at) => at % 12 >= 6, LOSES));
    expect(whole.recall?.delta.mean).toBeCloseTo(-1 / 6, 6);
    expect(half.recall?.delta.mean).toBeCloseTo(-1 / 6, 6);
    expect(half.recall?.delta.undefinedCount).toBe(60);
    expect(half.verdict.state).not.toBe('pass');
  });

  it('alike with the candidate shows no agreement', async () => {
    const both: Tamper = (hits, { queryIndex }) => (queryIndex >= 0 ? null : hits);
    const { findings, verdict, recall } = await judged(both);
    expect(verdict.state).toBe('environment unfit');
    expect(findings.errors.differences).toEqual([]);
    expect(recall?.differences).toEqual([]);
  });

  it('in two runs that are compared shows no agreement of the runs', async () => {
    const { input } = await deriveAgain(
      syntheticRun({
        queries: 60,
        latencyPairs: 0,
        tamper: incumbentFails((at) => at % 2 === 0),
      }),
    );
    const { metrics } = compareRuns(input, input);
    const counts = metrics.flatMap(({ cell, side, metric, delta }) =>
      cell === 'retrieve' && isSameMetric(metric, recallAt(10))
        ? [[side, delta.n, delta.undefinedCount]]
        : [],
    );
    expect(counts).toEqual([
      ['incumbent', 30, 30],
      ['candidate', 30, 0],
    ]);
  });

  it('in a run that a later one is held against pays for no loss of the later one', async () => {
    const run = (tamper: Tamper) =>
      deriveAgain(syntheticRun({ queries: 240, latencyPairs: 0, tamper }));
    const isEven = (at: number) => at >= 0 && Math.floor(at / 2) % 2 === 0;
    const failing = await run((hits, { arm, queryIndex }) =>
      arm.startsWith('B') && isEven(queryIndex) ? null : hits,
    );
    const losing = await run((hits, { arm, queryIndex }) =>
      arm.startsWith('B') && queryIndex >= 0 && !isEven(queryIndex)
        ? [{ id: 'd-lost', similarity: 1 }, ...hits.slice(1)]
        : hits,
    );
    const gates = changeGates(compareRuns(failing.input, losing.input), {
      'recall@10': { margin: 0.02 },
    });
    expect(gates).toHaveLength(2);
    for (const { state, mean, reason } of gates) {
      expect(state).toBe('fail');
      expect(mean).toBeCloseTo(-0.1, 6);
      expect(reason).toMatch(/^where both gave rows: /);
    }
  });

  it('alike in A and A′ is no quiet noise floor', async () => {
    const { verdict, recall } = await judged(
      incumbentFails((at) => at % 2 === 0),
      { ...WIDE, errors: { margin: 0.05 } },
    );
    expect(recall?.noiseDifferences.every((value) => value === 0)).toBe(true);
    expect(verdict.state).toBe('environment unfit');
  });

  it('only in latency compares no answers either', async () => {
    const run = syntheticRun({ queries: 120, latencyPairs: 12 });
    const observations = run.observations.map((row) =>
      row.phase === 'latency'
        ? {
            ...row,
            queryId: `q-${String(row.sequence % 100).padStart(4, '0')}`,
            ...(row.arm === 'A' ? { outcome: 'refused' as const, status: null } : {}),
          }
        : row,
    );
    const { findings } = await deriveAgain({ ...run, observations });
    expect(evaluateGates(findings, { ...WIDE, errors: { margin: 0.1 } })).toMatchObject({
      state: 'environment unfit',
      reasons: [{ gate: { kind: { type: 'incumbent errors', phase: 'latency' } } }],
    });
  });

  it('on a document in the census proves neither its loss nor its presence', async () => {
    const lost: Tamper = (hits, { arm, queryIndex }) =>
      arm === 'B' && queryIndex === -1 ? hits.filter(({ id }) => id !== 'd-7') : hits;
    expect((await judged(lost)).verdict.state).toBe('fail');
    const run = syntheticRun({ queries: 120, latencyPairs: 0, tamper: lost });
    const observations = run.observations.map((row) =>
      row.phase === 'census' && row.arm === 'A' && row.queryId === 'things/d-7'
        ? { ...row, outcome: 'reset' as const, ids: [], collections: [], similarities: [] }
        : row,
    );
    const { findings } = await deriveAgain({ ...run, observations });
    const verdict = evaluateGates(findings, WIDE);
    expect(verdict.gates.find(({ name }) => name === 'membership of the candidate')).toMatchObject({
      state: 'inconclusive',
      reason: expect.stringContaining('things/d-7 first, and the incumbent did not answer'),
    });
    expect(verdict.state).toBe('inconclusive');
  });

  it('does not excuse violations by having few answers: the contract goes by rate', async () => {
    const twice: Tamper = (hits, { arm, queryIndex }) => {
      const isBroken = arm.startsWith('A') ? queryIndex < 12 : queryIndex % 10 === 0;
      return queryIndex >= 0 && isBroken
        ? [...hits.slice(0, 9), hits[0] as (typeof hits)[0]]
        : hits;
    };
    // The candidate breaks as many lists as the incumbent, and answers a fifth of the queries.
    const { verdict } = await judged((hits, place) =>
      place.arm.startsWith('B') && place.queryIndex >= 24 ? null : twice(hits, place),
    );
    expect(verdict.gates.find(({ name }) => name === 'contract')?.state).not.toBe('fail');
    const dead = await judged(incumbentFails(() => true, twice));
    expect(dead.verdict.gates.find(({ name }) => name === 'contract')).toMatchObject({
      state: 'inconclusive',
      reason: expect.stringContaining('no need was answered by both sides'),
    });
  });
});
