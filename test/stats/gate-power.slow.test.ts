import { describe, expect, it } from 'vitest';
import { judge } from '../../src/gate/judge/judge-claims.ts';
import { answerOdds, gatePower } from '../../src/stats/decisions/gate-power.ts';
import { sampledOdds } from '../../src/stats/decisions/sampled-odds.ts';
import { randomStream } from '../../src/stats/random.ts';

const losing = (needs: number, losers: number, size: number): number[] =>
  Array.from({ length: needs }, (_, at) => (at < losers ? -size : 0));

describe('what a gate could show', () => {
  it('passes without a loss from as many needs on as identical sides need', () => {
    const at = (needs: number) => gatePower({ needs, margin: 0.005, size: 1 });
    expect(at(597)).toMatchObject({ passWithoutLoss: 0, lossThatPasses: null });
    expect(at(598).passWithoutLoss).toBe(1);
    expect(gatePower({ needs: 736, margin: 0.005, size: 1, alpha: 0.025 }).passWithoutLoss).toBe(1);
  });

  it.each([
    [1_000, 0.005, 1],
    [1_000, 0.005, 0.1],
    [300, 0.05, 1],
    [80, 0.05, 0.1],
  ])(
    'has the odds of the gate itself: %i needs, margin %f, losses of %f',
    (needs, margin, size) => {
      const design = { needs, margin, size };
      for (const rate of [margin / size / 2, margin / size, Math.min(1, (3 * margin) / size)]) {
        const random = randomStream(3, `${needs} ${margin} ${size} ${rate}`);
        const drawn = { pass: 0, fail: 0 };
        for (let run = 0; run < 200; run++) {
          let losers = 0;
          for (let need = 0; need < needs; need++) if (random.fraction() < rate) losers += 1;
          const { state } = judge(losing(needs, losers, size), margin);
          if (state !== 'inconclusive') drawn[state] += 1;
        }
        const odds = answerOdds(design, rate);
        expect(Math.abs(drawn.pass / 200 - odds.pass)).toBeLessThan(0.12);
        expect(Math.abs(drawn.fail / 200 - odds.fail)).toBeLessThan(0.12);
      }
    },
  );

  it('gives the losses at which the odds reach 80%', () => {
    const design = { needs: 1_000, margin: 0.005, size: 1, alpha: 0.025, failAlpha: 0.005 };
    const { lossThatPasses, lossThatFails } = gatePower(design);
    expect(answerOdds(design, lossThatPasses ?? 1).pass).toBeCloseTo(0.8, 6);
    expect(answerOdds(design, lossThatFails ?? 0).fail).toBeCloseTo(0.8, 6);
    expect(lossThatPasses).toBeLessThan(0.005);
    expect(lossThatFails).toBeGreaterThan(0.005);
  });

  it('says where not even the loss of every need fails', () => {
    expect(gatePower({ needs: 1_000, margin: 0.2, size: 0.1 })).toMatchObject({
      lossThatPasses: 0.1,
      lossThatFails: null,
    });
  });

  it('draws from a pilot, the same odds each time', () => {
    const pilot = losing(100, 2, 1);
    const design = { needs: 1_000, margin: 0.005 };
    expect(sampledOdds(pilot, design)).toEqual(sampledOdds(pilot, design));
    expect(sampledOdds(pilot, design).fail).toBeGreaterThan(0.9);
    expect(sampledOdds(losing(100, 0, 1), design)).toEqual({ pass: 1, fail: 0 });
  });
});
