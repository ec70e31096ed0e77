import { describe, expect, it } from 'vitest';
import type { GatesConfig } from '../../src/config/schema.ts';
import { judgeLoad } from '../../src/gate/load/judge-load.ts';
import type { LoadFinding } from '../../src/gate/load/load-finding.ts';
import type { LoadGateKind } from '../../src/gate/load/load-gate.ts';
import { loadSentence } from '../../src/gate/load/load-sentence.ts';

const ratio = {
  ratio: { n: 12, ratio: 1, lower: 0.99, upper: 1.01 },
  censored: [0, 0] as const,
  requestsPerBlock: 200,
  firstTouchPairs: 4,
};
const none = {
  pairs: 2400,
  incumbentOnly: 0,
  candidateOnly: 0,
  both: 0,
  incumbent: 0,
  candidate: 0,
};
const LATE = { valid: false, invalidReasons: ['requests left 9 ms late'] };

function finding(change: Partial<LoadFinding>): LoadFinding {
  const ms = { value: 6, lower: 5, upper: 7, n: 2400, blocks: 12 };
  return {
    ratePerSecond: 100,
    valid: true,
    invalidReasons: [],
    ratios: { p50: ratio, p95: ratio },
    selfRatios: { p50: ratio, p95: ratio },
    candidateMs: { p50: ms, p95: ms, p99: ms },
    failedWholesale: { incumbent: null, candidate: null },
    failures: { pairs: 2400, incumbentOnly: 0, candidateOnly: 0, both: 0 },
    refusals: { pairs: 2400, incumbentOnly: 0, candidateOnly: 0, both: 0 },
    foreign: none,
    recall: null,
    recallOfAnswered: null,
    ...change,
  };
}

const judged = (change: Partial<LoadFinding>, gates: GatesConfig = {}) =>
  judgeLoad([finding(change)], gates, () => true);
const gateOf = (verdict: ReturnType<typeof judged>, type: LoadGateKind['type']) =>
  verdict.gates.find(({ kind }) => kind.type === type);

describe('answers that belong to other requests', () => {
  it('fail the candidate without any objective, one of them is enough', () => {
    const verdict = judged({ foreign: { ...none, candidate: 1, candidateOnly: 1 } });
    expect(verdict).toMatchObject({ state: 'fail', exitCode: 1, reasons: [{ type: 'gate' }] });
    expect(loadSentence(verdict)).toBe(
      'the candidate misses answers of other requests at 100/s (1 answer of the candidate belongs to another request).',
    );
  });

  it('of the incumbent alone charge nobody', () => {
    const verdict = judged({ foreign: { ...none, incumbent: 9, incumbentOnly: 9 } });
    expect(verdict.state).toBe('informational');
    expect(gateOf(verdict, 'answers')).toMatchObject({ state: 'pass', gated: false });
  });

  it('of both sides are judged by the difference of their rates', () => {
    const as = (incumbent: number, candidate: number) =>
      gateOf(
        judged({
          foreign: {
            pairs: 10_000,
            incumbent,
            candidate,
            incumbentOnly: incumbent,
            candidateOnly: candidate,
            both: 0,
          },
        }),
        'answers',
      )?.state;
    expect([as(30, 30), as(30, 900)]).toEqual(['inconclusive', 'fail']);
  });

  it('are not excused by a late driver, while latencies and requests without an end are', () => {
    const verdict = judged(
      {
        ...LATE,
        foreign: { ...none, candidate: 15, candidateOnly: 15 },
        failures: { pairs: 2400, incumbentOnly: 0, candidateOnly: 2400, both: 0 },
      },
      { p99: { maxMs: 1 } },
    );
    expect(verdict.state).toBe('fail');
    expect(gateOf(verdict, 'answers')?.reason).toMatch(/a late driver does not excuse it$/);
    expect(gateOf(verdict, 'limit')?.state).toBe('inconclusive');
    expect(gateOf(verdict, 'errors')?.state).toBe('inconclusive');
  });

  it('nor are errors that a backend answers with: 5xx is what it says, whenever it was asked', () => {
    const failing = { pairs: 2400, incumbentOnly: 0, candidateOnly: 1200, both: 0 };
    const gates = { p99: { maxMs: 1 } };
    const said = judged({ ...LATE, failures: failing, refusals: failing }, gates);
    expect(said.state).toBe('fail');
    expect(gateOf(said, 'errors')).toMatchObject({
      state: 'fail',
      gated: true,
      reason: expect.stringMatching(/^1200 failed on .*a late driver does not excuse it$/),
    });
    // Both sides alike: nobody is charged, and a late driver shows no agreement either.
    const alike = { pairs: 2400, incumbentOnly: 0, candidateOnly: 0, both: 1200 };
    expect(judged({ ...LATE, failures: alike, refusals: alike }, gates).state).toBe('inconclusive');
  });
});

describe('recall under load where the driver was late', () => {
  const needs = (candidate: number) =>
    Array.from({ length: 700 }, (_, at) => ({ need: `${at}`, incumbent: 1, candidate }));
  const gates = { recallUnderLoad: { margin: 0.02 } };

  it('fails by the answers that were given, and not by requests that the driver may have spoiled', () => {
    const lost = { ...LATE, recall: needs(0.5), recallOfAnswered: needs(0.895) };
    expect(judged(lost, gates).state).toBe('fail');
    const spoiled = { ...LATE, recall: needs(0.5), recallOfAnswered: needs(1) };
    expect(judged(spoiled, gates).state).toBe('inconclusive');
  });
});

describe('answers that were not read', () => {
  const needs = (candidate: number) =>
    Array.from({ length: 700 }, (_, at) => ({ need: `${at}`, incumbent: 1, candidate }));
  const gates = { recallUnderLoad: { margin: 0.02, min: 0.9 }, errors: { margin: 0.01 } };
  const unread = (incumbent: number, candidate: number, recall = 1) =>
    judged(
      {
        recall: needs(recall),
        recallOfAnswered: needs(recall),
        ...(incumbent + candidate === 0 ? {} : { unread: { incumbent, candidate } }),
      },
      gates,
    );
  const open = (verdict: ReturnType<typeof judged>) =>
    verdict.gates.flatMap(({ name, state, gated }) =>
      state === 'inconclusive' && gated ? [name.replace(' at 100/s', '')] : [],
    );

  it('leave open what rests on them, and say how many they are', () => {
    expect(unread(0, 0).state).toBe('pass');
    const candidates = unread(0, 500);
    expect(candidates.state).toBe('inconclusive');
    expect(open(candidates)).toEqual([
      'error rate',
      'recall against the incumbent',
      'least recall',
      'answers of other requests',
    ]);
    expect(loadSentence(candidates)).toContain('not read: 500 answers of the candidate');
    expect(open(unread(500, 0))).toEqual(['recall against the incumbent']);
  });

  it('charge nobody by recall, and excuse no failure that was seen', () => {
    expect(unread(0, 500, 0.5).state).toBe('inconclusive');
    const foreign = { ...none, candidate: 1, candidateOnly: 1 };
    const seen = judged({ foreign, unread: { incumbent: 0, candidate: 9 } }, gates);
    expect(seen.state).toBe('fail');
    const failures = { pairs: 2400, incumbentOnly: 0, candidateOnly: 1200, both: 0 };
    expect(judged({ failures, unread: { incumbent: 0, candidate: 9 } }, gates).state).toBe('fail');
  });

  it('leave no pass by times alone, and judge nothing without an objective', () => {
    const change = { unread: { incumbent: 0, candidate: 9 } };
    expect(judged(change, { p99: { maxMs: 50 } }).state).toBe('inconclusive');
    expect(judgeLoad([finding(change)], {}, () => false).state).toBe('informational');
  });
});

describe('a side that failed wholesale', () => {
  const failed = {
    okCount: 0,
    scheduled: 240,
    ends: [{ outcome: 'http', status: 403, count: 240 }],
  } as const;

  it('has no latency that could pass, however fast its failures were', () => {
    const verdict = judged(
      { failedWholesale: { incumbent: null, candidate: failed } },
      { p99: { maxMs: 50 }, p95: { margin: 0.1 } },
    );
    expect(verdict.state).toBe('inconclusive');
    expect(gateOf(verdict, 'limit')).toMatchObject({
      n: 0,
      mean: null,
      reason: 'no latency of the candidate: 0 of 240 answered: http 403 × 240',
    });
    expect(gateOf(verdict, 'ratio')).toMatchObject({ state: 'inconclusive', mean: null });
  });
});

it('what nobody measured or judged is a gap', () => {
  expect(judged({}, { off: ['errors'] }).notVerified).toEqual([
    { type: 'recall' },
    { type: 'gate off', key: 'errors' },
  ]);
});
