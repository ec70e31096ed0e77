import { describe, expect, it } from 'vitest';
import { fitMetric } from '../../src/attribution/fit/fit-metric.ts';
import type { ScoredPair } from '../../src/attribution/replay/metric.ts';
import { randomStream } from '../../src/stats/random.ts';

/** Pairs of known cosine and lengths with the score that a side would give them. */
function pairs(
  count: number,
  lengthOf: (at: number) => number,
  score: (cosine: number, product: number, at: number) => number,
): ScoredPair[] {
  const random = randomStream(3, 'pairs');
  return Array.from({ length: count }, (_, at) => {
    const cosine = random.below(1_000_001) / 1e6;
    const [queryNorm, documentNorm] = [lengthOf(at * 7), lengthOf(at)];
    const raw = Math.fround(score(cosine, queryNorm * documentNorm, at));
    return { cosine, queryNorm, documentNorm, raw };
  });
}

const aThirdLonger = (at: number): number => (at % 3 === 0 ? 1.35 : 1);

describe('the metric that most scores agree on', () => {
  it('is dot where a third of the texts is longer, though most scores are cosines too', () => {
    const fit = fitMetric(pairs(900, aThirdLonger, (cosine, product) => cosine * product));
    expect(fit?.form).toBe('dot');
    expect(fit?.share).toBe(1);
  });

  it('is dot where one text of a hundred is longer', () => {
    const longer = (at: number): number => (at % 100 === 0 ? 1.2 : 1);
    const fit = fitMetric(pairs(2000, longer, (cosine, product) => cosine * product));
    expect(fit?.kind).toBe('dot');
    expect(fit?.share).toBe(1);
  });

  it('is dot where queries are normalised and documents are not', () => {
    const lengths = (at: number): number => 20 + (at % 13) / 5;
    const given = pairs(900, lengths, () => 0).map((pair) => ({
      ...pair,
      raw: Math.fround(1 - pair.cosine * pair.documentNorm),
    }));
    const fit = fitMetric(given);
    expect(fit).toMatchObject({ kind: 'dot', form: '1 − dot with unit queries', share: 1 });
  });

  it('is cosine with lengths of 1, whatever else would fit as well', () => {
    expect(
      fitMetric(
        pairs(
          300,
          () => 1,
          (cosine) => cosine,
        ),
      )?.form,
    ).toBe('cosine');
    const distances = pairs(
      300,
      () => 1,
      (cosine) => 2 - 2 * cosine,
    );
    expect(fitMetric(distances)?.form).toBe('L2²');
  });

  it('says which share fits where some scores are of other vectors', () => {
    const stale = pairs(
      1000,
      () => 1,
      (cosine, _, at) => (at % 5 < 2 ? 1 - cosine ** 3 : 1 - cosine),
    );
    const fit = fitMetric(stale);
    expect(fit?.form).toBe('1 − cosine');
    expect(fit?.share).toBeCloseTo(0.6, 2);
  });

  it('finds a line through most scores, with 40% of them elsewhere', () => {
    const mixed = pairs(
      1000,
      () => 1,
      (cosine, _, at) => (at % 5 < 2 ? cosine ** 2 : 12 * cosine - 3),
    );
    const fit = fitMetric(mixed);
    expect(fit?.slope).toBeCloseTo(12, 4);
    expect(fit?.intercept).toBeCloseTo(-3, 4);
    expect(fit?.share).toBeCloseTo(0.6, 2);
  });

  it('is not named where no form gives half of the scores', () => {
    const random = randomStream(4, 'noise');
    expect(
      fitMetric(
        pairs(
          500,
          () => 1,
          () => random.below(1_000_001) / 1e6,
        ),
      ),
    ).toBeNull();
  });

  it('is told in small scores as well as in large ones', () => {
    const small = pairs(
      400,
      () => 0.01,
      (cosine, product) => cosine * product,
    );
    expect(fitMetric(small)?.form).toBe('dot');
    const off = pairs(
      400,
      () => 0.01,
      (cosine, product, at) => cosine * product + (at % 7) * 3e-6,
    );
    expect(fitMetric(off)).toBeNull();
  });
});
