import { describe, expect, it } from 'vitest';
import { latencyGates } from '../../src/gate/gates/latency-gate.ts';
import type { Findings, LatencyFinding } from '../../src/parity/findings.ts';

function judged(change: Partial<LatencyFinding>, margin: number | null = 0.1) {
  const finding: LatencyFinding = {
    cell: 'retrieve',
    quantile: 'p95',
    incumbentMs: 10,
    candidateMs: 10,
    ratio: 1,
    ratioLower: 0.97,
    ratioUpper: 1.03,
    blockPairs: 12,
    requestsPerBlock: 200,
    censored: { incumbent: 0, candidate: 0 },
    ...change,
  };
  const gates = margin === null ? {} : { p95: { margin } };
  return latencyGates({ latency: [finding] } as unknown as Findings, gates)[0];
}

describe('the latency gate', () => {
  it.each([
    [{ ratioLower: 0.97, ratioUpper: 1.03 }, 'pass'],
    [{ ratioLower: 1.11, ratioUpper: 1.2 }, 'fail'],
    [{ ratioLower: 1.05, ratioUpper: 1.15 }, 'inconclusive'],
    [{ ratioLower: 0.97, ratioUpper: 1.1 }, 'inconclusive'],
  ] as const)('with bounds %j of the ratio and a margin of 10%% answers %s', (bounds, state) => {
    expect(judged(bounds)).toMatchObject({ state, gated: true });
  });

  it('fails where the quantile falls on unfinished requests of the candidate alone', () => {
    const unfinished = { ratio: null, ratioLower: null, ratioUpper: null };
    expect(judged({ ...unfinished, censored: { incumbent: 0, candidate: 1 } })?.state).toBe('fail');
    for (const censored of [
      { incumbent: 1, candidate: 0 },
      { incumbent: 1, candidate: 1 },
    ]) {
      expect(judged({ ...unfinished, censored })?.state).toBe('inconclusive');
    }
  });

  it.each([{ blockPairs: 11 }, { requestsPerBlock: 199 }])(
    'is inconclusive with too few blocks or requests: %j',
    (few) => {
      expect(judged(few)).toMatchObject({ state: 'inconclusive' });
    },
  );

  it('fails without a configured margin where the candidate is surely slower, and does not block where it is open', () => {
    expect(judged({}, null)).toMatchObject({
      gated: true,
      state: 'pass',
      margin: 0.25,
      blocking: false,
    });
    expect(judged({ ratioLower: 5.8, ratioUpper: 6.3 }, null)).toMatchObject({
      gated: true,
      state: 'fail',
    });
    expect(judged({})).not.toHaveProperty('blocking');
  });

  it('says how many block pairs would decide', () => {
    const open = judged({ ratio: 1.05, ratioLower: 0.99, ratioUpper: 1.115 });
    expect(open?.state).toBe('inconclusive');
    // ln(1.115 / 1.05) has to shrink to ln(1.1 / 1.05), with √n.
    expect(open?.decidesAt).toBe(
      Math.ceil(12 * (Math.log(1.115 / 1.05) / Math.log(1.1 / 1.05)) ** 2),
    );
  });
});
