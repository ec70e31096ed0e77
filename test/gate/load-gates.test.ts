import { describe, expect, it } from 'vitest';
import type { GatesConfig } from '../../src/config/schema.ts';
import { loadErrorGate } from '../../src/gate/load/error-gate.ts';
import { judgeLoad, loadObjectives } from '../../src/gate/load/judge-load.ts';
import type { LoadFinding } from '../../src/gate/load/load-finding.ts';
import { loadSentence } from '../../src/gate/load/load-sentence.ts';

const ratio = (lower: number | null, upper: number | null, change = {}) => ({
  ratio: {
    n: 12,
    ratio: lower === null || upper === null ? null : Math.sqrt(lower * upper),
    lower,
    upper,
  },
  censored: [0, 0] as const,
  requestsPerBlock: 200,
  firstTouchPairs: 4,
  ...change,
});

const limit = (lower: number | null, upper: number | null) => ({
  value: upper,
  lower,
  upper,
  n: 2400,
  blocks: 12,
});

const same = { p50: ratio(0.99, 1.01), p95: ratio(0.99, 1.01) };

const NO_FOREIGN = {
  pairs: 2400,
  incumbentOnly: 0,
  candidateOnly: 0,
  both: 0,
  incumbent: 0,
  candidate: 0,
};

const finding = (change: Partial<LoadFinding> = {}): LoadFinding => ({
  ratePerSecond: 100,
  valid: true,
  invalidReasons: [],
  ratios: same,
  selfRatios: same,
  candidateMs: { p50: limit(1, 2), p95: limit(5, 6), p99: limit(10, 12) },
  failedWholesale: { incumbent: null, candidate: null },
  failures: { pairs: 2400, incumbentOnly: 0, candidateOnly: 0, both: 0 },
  refusals: { pairs: 2400, incumbentOnly: 0, candidateOnly: 0, both: 0 },
  foreign: NO_FOREIGN,
  recall: null,
  recallOfAnswered: null,
  ...change,
});

/** As on a command line where exactly these gates were written. */
const judged = (gates: GatesConfig, change: Partial<LoadFinding> = {}) =>
  judgeLoad([finding(change)], gates, (key) => key !== 'gates.errors.margin');

describe('the objectives of a load', () => {
  it('are informational where none is set: the default margins are nobody’s objective', () => {
    const verdict = judgeLoad(
      [finding({ failures: { pairs: 2400, incumbentOnly: 0, candidateOnly: 1200, both: 0 } })],
      { recall: { margin: 0.005 }, errors: { margin: 0.001 } },
      () => false,
    );
    expect(verdict).toMatchObject({ state: 'informational', exitCode: 0 });
    expect(verdict.gates.every(({ gated }) => !gated)).toBe(true);
  });

  it('count a default margin once somebody wrote it', () => {
    const gates = { errors: { margin: 0.001 } };
    expect(loadObjectives(gates, () => false)).toEqual([]);
    expect(loadObjectives(gates, () => true)).toEqual(['gates.errors.margin']);
  });

  it.each([
    [[0.95, 1.05], 'pass', 0],
    [[1.11, 1.2], 'fail', 1],
    [[1.05, 1.15], 'inconclusive', 3],
    [[1.01, 1.1], 'inconclusive', 3],
  ] as const)(
    'judge bounds %j of the ratio against a margin of 10%%: %s',
    ([lower, upper], verdict, exitCode) => {
      const ratios = { ...same, p95: ratio(lower, upper) };
      for (const p95 of [{ margin: 0.1 }, { ratio: 1.1 }]) {
        expect(judged({ p95 }, { ratios })).toMatchObject({ state: verdict, exitCode });
      }
    },
  );

  it.each([
    [[10, 50], 'pass', 0],
    [[51, 70], 'fail', 1],
    [[40, 70], 'inconclusive', 3],
    [[40, null], 'inconclusive', 3],
    [[51, Number.POSITIVE_INFINITY], 'fail', 1],
  ] as const)('judge bounds %j of p99 against 50 ms: %s', ([lower, upper], verdict, exitCode) => {
    const candidateMs = { ...finding().candidateMs, p99: limit(lower, upper) };
    expect(judged({ p99: { maxMs: 50 } }, { candidateMs })).toMatchObject({
      state: verdict,
      exitCode,
    });
  });

  it('never call a rate failed at which the driver was not fit', () => {
    const verdict = judged(
      { p99: { maxMs: 1 } },
      {
        valid: false,
        invalidReasons: ['requests left 9 ms late'],
        failures: { pairs: 2400, incumbentOnly: 0, candidateOnly: 2400, both: 0 },
      },
    );
    expect(verdict).toMatchObject({ state: 'inconclusive', exitCode: 3 });
    expect(loadSentence(verdict)).toContain('client bound: requests left 9 ms late');
  });

  it('need 12 pairs of 200 requests, and an incumbent that equals itself', () => {
    const few = { ...same, p95: { ...ratio(0.5, 0.6), requestsPerBlock: 199 } };
    expect(judged({ p95: { margin: 0.1 } }, { ratios: few }).state).toBe('inconclusive');
    const noisy = { ...same, p95: ratio(1.2, 1.3) };
    expect(judged({ p95: { margin: 0.1 } }, { selfRatios: noisy }).state).toBe('inconclusive');
    const mirrored = { ...same, p95: ratio(0.7, 0.8) };
    expect(judged({ p95: { margin: 0.1 } }, { selfRatios: mirrored }).state).toBe('inconclusive');
  });

  it('fail where a quantile falls on unfinished requests of the candidate alone', () => {
    const at = (censored: readonly [number, number]) =>
      judged(
        { p95: { margin: 0.1 } },
        { ratios: { ...same, p95: ratio(null, null, { censored }) } },
      ).state;
    expect([at([0, 1]), at([1, 0]), at([1, 1])]).toEqual(['fail', 'inconclusive', 'inconclusive']);
  });

  it('do not let fast errors pass for speed: a default margin of errors that is surely exceeded fails', () => {
    const failing = { failures: { pairs: 2400, incumbentOnly: 0, candidateOnly: 100, both: 0 } };
    expect(judged({ p99: { maxMs: 50 } }, failing)).toMatchObject({ state: 'fail', exitCode: 1 });
    // 2,400 pairs cannot show a rate below .001 either: that alone must not block a pass.
    expect(judged({ p99: { maxMs: 50 } }).state).toBe('pass');
  });

  it('take no credit from an incumbent that fails: what both failed is no agreement', () => {
    const state = (candidateOnly: number, both: number) =>
      loadErrorGate(
        finding({ failures: { pairs: 2400, incumbentOnly: 1200, candidateOnly, both } }),
        { errors: { margin: 0.01 } },
      ).state;
    // Half of the incumbent's requests fail: a candidate that fails none passes, one that fails too does not.
    expect([state(0, 0), state(100, 0), state(0, 600)]).toEqual([
      'pass',
      'inconclusive',
      'inconclusive',
    ]);
  });

  it('hold recall under load by need: against the incumbent, and against a least value', () => {
    const needs = (candidate: number) =>
      Array.from({ length: 700 }, (_, i) => ({ need: `${i}`, incumbent: 1, candidate }));
    const gates = { recallUnderLoad: { margin: 0.005 } };
    expect(judged(gates, { recall: needs(1) }).state).toBe('pass');
    expect(judged(gates, { recall: needs(0.9) }).state).toBe('fail');
    expect(judged(gates, { recall: needs(1).slice(0, 100) }).state).toBe('inconclusive');
    expect(judged(gates, { recall: null }).state).toBe('inconclusive');
    const least = { recallUnderLoad: { min: 0.95 } };
    expect(judged(least, { recall: needs(1) }).state).toBe('pass');
    expect(judged(least, { recall: needs(0.9) }).state).toBe('fail');
  });

  it('take no recall that the incumbent did not give for a gain, nor two failures for agreement', () => {
    const of = (count: number, incumbent: number, candidate: number) =>
      Array.from({ length: count }, (_, i) => ({ need: `${count} ${i}`, incumbent, candidate }));
    const gates = { recallUnderLoad: { margin: 0.005 } };
    // Half of the needs are lost by a tenth, the other half by the incumbent.
    const [lost, silent] = [of(700, 1, 0.9), of(701, 0, 1)];
    const recallClaims = { served: [...lost, ...silent], level: lost };
    const hidden = judged(gates, { recall: recallClaims.served, recallClaims });
    expect(hidden.state).toBe('fail');
    // Neither side gave a row to any request.
    const none = { recall: of(700, 0, 0), recallOfAnswered: [] };
    expect(judged(gates, { ...none, recallClaims: { served: [], level: [] } }).state).toBe(
      'inconclusive',
    );
  });

  it('need every rate: one failure decides, an interruption never passes', () => {
    const gates = { p99: { maxMs: 20 } };
    const slow = finding({
      ratePerSecond: 200,
      candidateMs: { ...finding().candidateMs, p99: limit(30, 40) },
    });
    expect(judgeLoad([finding(), slow], gates, () => true).state).toBe('fail');
    expect(judgeLoad([finding()], gates, () => true, false).state).toBe('inconclusive');
    expect(judgeLoad([], gates, () => true).state).toBe('inconclusive');
  });
});
