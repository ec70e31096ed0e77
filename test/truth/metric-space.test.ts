import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { storedKey } from '../../src/corpus/document-key.ts';
import type { VectorTable } from '../../src/record/types.ts';
import { computeTruth } from '../../src/truth/corpus/compute-truth.ts';
import { wasmEngine } from '../../src/truth/engines/engines.ts';
import { float64Engine } from '../../src/truth/engines/float64-engine.ts';
import { longestSquareOf, metricSpace, squareOf } from '../../src/truth/metric-space.ts';

const D = 5;

function tableOf(name: string, rows: readonly (readonly number[])[]): VectorTable {
  return {
    ids: rows.map((_, row) => `${name}${row}`),
    dimension: D,
    values: Float32Array.from(rows.flat()),
  };
}

/** The metric itself, in float64 over the rows as they are: higher is nearer. */
function nearness(metric: 'dot' | 'euclidean', a: Float32Array, b: Float32Array): number {
  let product = 0;
  let apart = 0;
  for (let i = 0; i < D; i++) {
    product += (a[i] ?? 0) * (b[i] ?? 0);
    apart += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  }
  return metric === 'dot' ? product : -Math.sqrt(apart);
}

const rowOf = ({ values }: VectorTable, row: number) => values.subarray(row * D, (row + 1) * D);

const component = fc.oneof(
  fc.constantFrom(0, 1, -1, 2, 0.5),
  fc.double({ min: -8, max: 8, noNaN: true }),
);
const row = fc.array(component, { minLength: D, maxLength: D });
/** Rows of very unequal length, zero rows and doubled ones among them. */
const rows = fc
  .array(fc.tuple(row, fc.constantFrom(0, 1, 1, 1, 30)), { minLength: 1, maxLength: 12 })
  .map((some) => some.map(([one, by]) => one.map((value) => value * by)));

describe.each(['dot', 'euclidean'] as const)('the space of %s', (metric) => {
  it('ranks as the metric does, but for ties within 10⁻⁶ of the scale, and gives its values back', async () => {
    await fc.assert(
      fc.asyncProperty(rows, row, async (some, query) => {
        fc.pre(query.some((value) => Math.fround(value) !== 0));
        const documents = tableOf('d', some);
        const queries = tableOf('q', [query]);
        const space = metricSpace(metric, longestSquareOf(documents));
        const { lists } = await float64Engine().topK({
          documents: space.documents(documents),
          queries: space.queries(queries),
          kPrime: some.length,
        });
        const [list] = lists;
        const q = rowOf(queries, 0);
        const square = squareOf(queries.values, 0, D);
        const scale = Math.sqrt(longestSquareOf(documents) + square);
        // A zero row has no cosine, unless the metric defines its nearness.
        expect(list?.keys.length).toBe(some.length);
        const values = list?.keys.map((key) =>
          nearness(metric, rowOf(documents, Number(key.slice(1))), q),
        );
        for (const [at, value] of (values ?? []).entries()) {
          const told = space.valueOf(list?.scores[at] ?? Number.NaN, square);
          const plain = metric === 'dot' ? value : -value;
          // A distance of nearly nothing is the root of what is left of two large numbers, of which one is float32.
          if (metric === 'dot')
            expect(Math.abs(told - plain)).toBeLessThanOrEqual(1e-11 * scale ** 2 + 1e-12);
          else
            expect(Math.abs(told ** 2 - plain ** 2)).toBeLessThanOrEqual(1e-6 * scale ** 2 + 1e-12);
          const before = values?.[at - 1];
          if (before === undefined) continue;
          const apart =
            metric === 'dot'
              ? value - before
              : before ** 2 - value ** 2 > 0
                ? before ** 2 - value ** 2
                : 0;
          expect(apart).toBeLessThanOrEqual(1e-11 * scale ** 2 + 1e-12);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('has exact ties where the metric has them', async () => {
    const documents = tableOf('d', [
      [1, 2, 3, 4, 5],
      [1, 2, 3, 4, 5],
      [9, 9, 9, 9, 9],
    ]);
    const queries = tableOf('q', [[1, 1, 1, 1, 1]]);
    const space = metricSpace(metric, longestSquareOf(documents));
    const { lists } = await float64Engine().topK({
      documents: space.documents(documents),
      queries: space.queries(queries),
      kPrime: 3,
    });
    const scores = new Map(lists[0]?.keys.map((key, at) => [key, lists[0]?.scores[at]]));
    expect(scores.get('d0')).toBe(scores.get('d1'));
    expect(scores.get('d2')).not.toBe(scores.get('d1'));
  });

  it('is served by another engine with the same lists', async () => {
    const documents = tableOf(
      'd',
      Array.from({ length: 300 }, (_, at) =>
        Array.from({ length: D }, (_, i) => Math.sin(at * (i + 3)) * (1 + (at % 7))),
      ),
    );
    const queries = tableOf('q', [
      [1, -2, 3, 0.5, 0],
      [0.1, 0.1, -4, 2, 1],
    ]);
    const space = metricSpace(metric, longestSquareOf(documents));
    const input = {
      documents: space.documents(documents),
      queries: space.queries(queries),
      kPrime: 20,
    };
    const fast = wasmEngine();
    try {
      const { lists } = await fast.topK(input);
      expect(lists).toEqual((await float64Engine().topK(input)).lists);
    } finally {
      await fast.close();
    }
  });
});

it('is what the truth of a corpus with another metric is computed in', async () => {
  const documents = tableOf('c/', [
    [1, 0, 0, 0, 0],
    [5, 5, 0, 0, 0],
    [0, 0, 9, 0, 0],
  ]);
  const queries = tableOf('q', [[1, 0.1, 0, 0, 0]]);
  const collections = [
    {
      name: 'c',
      documents: ['0', '1', '2'].map((id) => ({ id, text: id, metadata: {} })),
    },
  ];
  const asked = [{ id: 'q0', collections: ['c'] }];
  const nearest = async (metric: 'cosine' | 'dot' | 'euclidean') => {
    const corpus = { collections, metric };
    const truth = await computeTruth({ corpus, queries: asked, documents, vectors: queries, k: 2 });
    const [first = '', second = ''] = truth.list('q0')?.keys ?? [];
    expect(truth.exactScore('q0', storedKey(first))).toBe(truth.list('q0')?.scores[0]);
    return [first, second];
  };
  expect(await nearest('cosine')).toEqual(['c/0', 'c/1']);
  expect(await nearest('dot')).toEqual(['c/1', 'c/0']);
  expect(await nearest('euclidean')).toEqual(['c/0', 'c/1']);
});

it('leaves cosines alone', () => {
  const table = tableOf('d', [[1, 2, 3, 4, 5]]);
  const space = metricSpace('cosine', 55);
  expect(space.documents(table)).toBe(table);
  expect(space.queries(table)).toBe(table);
  expect(space.valueOf(0.25, 9)).toBe(0.25);
});
