import { describe, expect, it } from 'vitest';
import { matchesFilter } from '../../src/corpus/filter.ts';
import { selectiveFilters } from '../../src/corpus/selective-filters.ts';
import { sweepBlocks, sweepPoints } from '../../src/sweep/plan/sweep-plan.ts';
import { requireVaried, variantsOf } from '../../src/sweep/plan/variants.ts';

describe('variants', () => {
  it('are all combinations, for each URL of the names that it holds', () => {
    const found = variantsOf(['hnsw://i-{m}-{ef}?m={m}', 'sqlite-vec:memory'], {
      m: ['2', '4'],
      ef: ['a b'],
    });
    expect(found.map(({ url }) => url)).toEqual([
      'hnsw://i-2-a%20b?m=2',
      'hnsw://i-4-a%20b?m=4',
      'sqlite-vec:memory',
    ]);
    expect(found[1]?.values).toEqual({ m: '4', ef: 'a b' });
    expect(found[2]?.values).toEqual({});
  });

  it.each([
    [{ collection: ['a'] }, 'collection cannot be varied'],
    [{ 'm m': ['a'] }, 'm m cannot be varied'],
    [{ m: [] }, 'varied over nothing'],
    [{ n: ['1'] }, 'no backend has {n}'],
  ])('%o is refused: %s', (varied, message) => {
    expect(() => variantsOf(['hnsw://i-{m}?m={m}'], varied)).toThrow(message);
  });

  it('an index that was built otherwise is refused, under either spelling of the name', () => {
    const variant = { url: 'hnsw://i', values: { ef_construction: '20' } };
    expect(() => requireVaried(variant, { efConstruction: 200 })).toThrow('not 20');
    expect(() => requireVaried(variant, { efConstruction: 20, M: 4 })).not.toThrow();
    expect(() => requireVaried(variant, {})).not.toThrow();
  });
});

describe('points and blocks', () => {
  const variants = [
    { label: 'a', fingerprint: 'a', values: {}, effortName: 'ef' },
    { label: 'b', fingerprint: 'b', values: {}, effortName: null },
  ];
  it('a backend without effort is one point a selectivity', () => {
    const points = sweepPoints(variants, [40, 10, 40], [0.1, 0.5]);
    expect(
      points.map(({ variant, effort, selectivity }) => [variant, effort, selectivity]),
    ).toEqual([
      [0, 10, 0.1],
      [0, 40, 0.1],
      [0, 10, 0.5],
      [0, 40, 0.5],
      [1, null, 0.1],
      [1, null, 0.5],
    ]);
  });

  it('every point is in every round once, in changing order, with the same draws', () => {
    const points = sweepPoints(variants, [1, 2, 3, 4, 5, 6], [null]);
    const blocks = sweepBlocks({ seed: 1, points, rounds: 3, requestsPerBlock: 4 });
    const rounds = [...Map.groupBy(blocks, ({ round }) => round).values()];
    expect(rounds).toHaveLength(3);
    for (const round of rounds) {
      expect(round.map(({ point }) => point).toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6]);
      expect(new Set(round.map(({ asked }) => asked)).size).toBe(1);
    }
    const orders = new Set(rounds.map((round) => String(round.map(({ point }) => point))));
    expect(orders.size).toBeGreaterThan(1);
  });
});

describe('generated filters', () => {
  const collection = {
    name: 'c',
    documents: Array.from({ length: 1_000 }, (_, at) => ({
      id: `d${at}`,
      text: '',
      metadata: {
        years: at % 40,
        city: `city ${at % 25}`,
        rare: at % 333 === 0 ? 'yes' : null,
        price: at * 3,
        skills: ['a'],
      },
    })),
  };
  it.each([0.001, 0.01, 0.1, 0.5])('leave about %d of the documents, counted right', (share) => {
    const filters = selectiveFilters(collection, { share, count: 8, seed: 1 });
    expect(filters.length).toBeGreaterThan(2);
    for (const { filter, documents } of filters) {
      const left = collection.documents.filter(({ metadata }) => matchesFilter(filter, metadata));
      expect(left).toHaveLength(documents);
      expect(documents).toBeGreaterThanOrEqual((share * 1_000) / 1.5);
      expect(documents).toBeLessThanOrEqual(share * 1_000 * 1.5);
    }
    const texts = new Set(filters.map(({ filter }) => JSON.stringify(filter)));
    expect(texts.size).toBe(filters.length);
    expect(selectiveFilters(collection, { share, count: 8, seed: 1 })).toEqual(filters);
  });

  it('there are none where the metadata says nothing, and none of less than a document', () => {
    const plain = collection.documents.map((document) => ({ ...document, metadata: {} }));
    const options = { share: 0.1, count: 8, seed: 1 };
    expect(selectiveFilters({ name: 'c', documents: plain }, options)).toEqual([]);
    expect(selectiveFilters(collection, { ...options, share: 0.0001 })).toEqual([]);
  });
});
