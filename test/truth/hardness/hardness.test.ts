import { describe, expect, it } from 'vitest';
import { randomOf } from '../../../src/stats/random.ts';
import { describeCorpus } from '../../../src/truth/hardness/describe.ts';
import { hubnessOf } from '../../../src/truth/hardness/hubness.ts';
import { localIntrinsicDimension } from '../../../src/truth/hardness/intrinsic-dimension.ts';

/** Points on a sphere of so many dimensions, put into a space of `dimension`. */
function sphere(count: number, inside: number, dimension: number, seed: number, prefix: string) {
  const random = randomOf(seed);
  const values = new Float32Array(count * dimension);
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < inside; i++) values[row * dimension + i] = random.normal();
  }
  return { ids: Array.from({ length: count }, (_, at) => `${prefix}${at}`), dimension, values };
}

const describe_ = (inside: number) =>
  describeCorpus({
    documents: sphere(3000, inside, 12, 1, 'c/d'),
    queries: sphere(200, inside, 12, 2, 'q'),
    ...{ metric: 'cosine', k: 10, seed: 1 },
  });

describe('how hard a corpus is', () => {
  it('shows the dimension that its vectors have in truth', async () => {
    // Directions in r dimensions lie on a sphere of r − 1.
    for (const inside of [3, 6]) {
      const { hardness } = await describe_(inside);
      expect(hardness.intrinsicDimension.median).toBeGreaterThan((inside - 1) * 0.8);
      expect(hardness.intrinsicDimension.median).toBeLessThan((inside - 1) * 1.2);
      expect(hardness.queryDistance).toBeGreaterThan(0.85);
      expect(hardness.queryDistance).toBeLessThan(1.15);
    }
  });

  it('shows less contrast in more dimensions', async () => {
    const [few, many] = [(await describe_(3)).hardness, (await describe_(12)).hardness];
    expect(few.relativeContrast ?? 0).toBeGreaterThan(many.relativeContrast ?? 0);
  });

  it('shows queries that lie elsewhere', async () => {
    const documents = sphere(2000, 3, 12, 1, 'c/d');
    const { hardness } = await describeCorpus({
      ...{ documents, queries: sphere(100, 12, 12, 2, 'q'), metric: 'cosine', k: 10, seed: 1 },
    });
    expect(hardness.queryDistance).toBeGreaterThan(3);
  });

  it('leaves undefined what has no value', async () => {
    const documents = { ids: ['c/a', 'c/b'], dimension: 2, values: Float32Array.of(1, 0, 1, 0) };
    const queries = { ids: ['q'], dimension: 2, values: Float32Array.of(1, 0) };
    const { hardness } = await describeCorpus({
      ...{ documents, queries, metric: 'cosine', k: 10, seed: 1 },
    });
    expect(hardness).toMatchObject({ relativeContrast: null, tiedAtK: null, queryDistance: null });
    expect(hardness.intrinsicDimension).toMatchObject({ count: 0, median: null });
  });
});

describe('the figures', () => {
  it('are those of their formulas', () => {
    // Distances r_i = (i / 4)^(1/m) of m dimensions.
    const distances = [1, 2, 3, 4].map((i) => (i / 4) ** (1 / 5));
    const sum = [1, 2, 3].reduce((total, i) => total + Math.log(i / 4) / 5, 0);
    expect(localIntrinsicDimension(distances)).toBeCloseTo(-3 / sum, 12);
    expect(localIntrinsicDimension([0, 0, 0])).toBeNull();
    expect(localIntrinsicDimension([])).toBeNull();
    // N = 2, 1, 0, 0.
    const counts = [2, 1, 0, 0];
    const deviation = Math.sqrt(counts.reduce((s, n) => s + (n - 0.75) ** 2, 0) / 4);
    const third = counts.reduce((s, n) => s + (n - 0.75) ** 3, 0) / 4;
    expect(hubnessOf([['a', 'b'], ['a']], 4)).toEqual({
      skewness: expect.closeTo(third / deviation ** 3, 12),
      neverFound: 0.5,
      topShare: 1,
    });
    expect(hubnessOf([], 4)).toEqual({ skewness: null, neverFound: null, topShare: null });
  });
});
