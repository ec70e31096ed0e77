import { describe, expect, it } from 'vitest';
import { errorPairs, requestFailures } from '../../src/parity/failures.ts';
import type { Arm, Observation } from '../../src/record/types.ts';

function row(arm: Arm, queryId: string, change: Partial<Observation> = {}): Observation {
  return {
    phase: 'quality',
    cell: 'search',
    arm,
    block: 0,
    pair: 0,
    sequence: 0,
    queryId,
    k: 10,
    outcome: 'ok',
    status: 200,
    detail: '',
    startedMs: 0,
    latencyMs: 1,
    sizeBytes: 1,
    firstTouch: true,
    ids: [],
    collections: [],
    similarities: [],
    rawScores: [],
    ...change,
  };
}
const failed = { outcome: 'timeout', status: null, detail: 'timed out' } as const;

describe('pairs of the same request to both sides', () => {
  it('are A with B and A′ with B′ of one query in the quality blocks', () => {
    const rows = [
      row('A', 'q'),
      row('A2', 'q', failed),
      row('B', 'q', failed),
      row('B2', 'q', failed),
    ];
    expect(errorPairs(rows, [])).toEqual({
      pairs: 2,
      incumbentFailed: 1,
      candidateFailed: 2,
      candidateOnly: 1,
      incumbentOnly: 0,
      throttled: { incumbent: 0, candidate: 0 },
      // What both failed alike is no agreement.
      differences: [-1],
      byIncumbent: [{ cell: 'search', phase: 'quality', requests: 2, failed: 1, shares: [0.5] }],
    });
  });

  it('are the same place of paired blocks in latency, and the census is not measured load', () => {
    const latency = { phase: 'latency', pair: 3 } as const;
    const rows = [
      row('A', 'q', { ...latency, block: 6, sequence: 1 }),
      row('B', 'q', { ...latency, block: 7, sequence: 1, ...failed }),
      row('B', 'q', { ...latency, block: 7, sequence: 2, ...failed }),
      row('A', 'd', { phase: 'census', ...failed }),
      row('B', 'd', { phase: 'census', ...failed }),
    ];
    expect(errorPairs(rows, [])).toMatchObject({ pairs: 1, candidateOnly: 1, incumbentFailed: 0 });
  });
});

describe('failed requests', () => {
  it('are counted by outcome, HTTP errors by status', () => {
    const rows = [
      row('B', 'a', failed),
      row('B', 'b', { outcome: 'http', status: 503, detail: 'HTTP 503' }),
      row('B2', 'c', { outcome: 'http', status: 503, detail: 'HTTP 503' }),
      row('B2', 'd'),
    ];
    expect(requestFailures(rows)[1]).toMatchObject({
      side: 'candidate',
      requests: 4,
      failed: 3,
      byOutcome: { 'http 503': 2, timeout: 1 },
    });
    expect(requestFailures(rows)[0]).toMatchObject({ requests: 0, failed: 0 });
  });
});
