import { describe, expect, it } from 'vitest';
import { agreementGates } from '../../src/gate/gates/agreement-gate.ts';
import { scoreGates } from '../../src/gate/gates/score-gate.ts';
import type { CellFinding, ScoreDriftFinding } from '../../src/parity/findings.ts';

function agreement(lower: number | null, upper: number | null, margin: number | null = 0.02) {
  const cell = {
    cell: 'retrieve',
    excess: [
      { measure: '1 − overlap', mean: 0.9, lower: 0.8, upper: 1, n: 600 },
      { measure: '1 − RBO', mean: lower, lower, upper, n: lower === null ? 0 : 600 },
    ],
  } as unknown as CellFinding;
  return agreementGates({ cells: [cell] }, margin === null ? {} : { agreement: { margin } })[0];
}

function scores(change: Partial<ScoreDriftFinding>, margin: number | null = 1e-5) {
  const scoreDrift: ScoreDriftFinding = {
    nCommon: 1000,
    maxAbs: 1e-6,
    meanSigned: 0,
    rmse: 4e-7,
    pearson: 1,
    slope: 1,
    intercept: 0,
    epsilonIncumbent: 0,
    epsilonCandidate: 0,
    ...change,
  };
  const cell = { cell: 'retrieve', scoreDrift } as unknown as CellFinding;
  return scoreGates({ cells: [cell] }, margin === null ? {} : { scores: { margin } })[0];
}

describe('the agreement gate', () => {
  it.each([
    [-0.01, 0.01, 'pass'],
    [0.02, 0.05, 'fail'],
    [0.01, 0.02, 'inconclusive'],
    [null, null, 'inconclusive'],
  ] as const)(
    'with bounds [%s, %s] of the excess and a margin of .02 answers %s',
    (lower, upper, state) => {
      expect(agreement(lower, upper)).toMatchObject({ state, gated: true, unit: 'needs' });
    },
  );

  it('shows the disagreement as a loss of the candidate', () => {
    expect(agreement(0.02, 0.05)).toMatchObject({ lower: -0.05, upper: -0.02, regressed: true });
  });

  it('is absent where no margin is configured', () => {
    expect(agreement(0.02, 0.05, null)).toBeUndefined();
  });
});

describe('the score gate', () => {
  it('passes what float32 rounding does, and fails more than the margin', () => {
    expect(scores({})).toMatchObject({ state: 'pass', n: 1000, unit: 'scores' });
    expect(scores({ rmse: 2e-5 })?.state).toBe('fail');
  });

  it('names a distance that is read as a similarity by its slope', () => {
    const flipped = scores({ rmse: 0.9, slope: -1, intercept: 0, pearson: -1 });
    expect(flipped?.state).toBe('fail');
    expect(flipped?.reason).toContain('-1.000 · s + 0.000');
  });

  it('claims nothing below the noise of a side’s own scores', () => {
    expect(scores({ rmse: 2e-5, epsilonCandidate: 3e-5 })?.state).toBe('inconclusive');
  });

  it('is inconclusive without a common score, and absent without a margin', () => {
    expect(scores({ rmse: null, nCommon: 0 })?.state).toBe('inconclusive');
    expect(scores({ rmse: 1 }, null)).toBeUndefined();
  });
});
