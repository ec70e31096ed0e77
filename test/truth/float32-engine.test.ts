import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { BenchError } from '../../src/errors.ts';
import type { ExactInput, ExactResult } from '../../src/truth/engines/exact-engine.ts';
import { float32Bound } from '../../src/truth/engines/float32-bound.ts';
import { float32Engine } from '../../src/truth/engines/float32-engine.ts';
import { float64Engine } from '../../src/truth/engines/float64-engine.ts';
import { exactTopK } from '../../src/truth/exact.ts';
import { adversarialCases } from './adversarial.ts';
import { clustered, numbered, seeded, table } from './naive.ts';

const oracle = float64Engine();
/** Blocks so small that every property crosses several; nothing is left to float64 for being small. */
const narrow = float32Engine({ rowsPerBlock: 64, queriesPerBlock: 3, pad: 1, smallWork: 0 });
const usual = float32Engine({ smallWork: 0 });

afterAll(() => Promise.all([narrow.close(), usual.close()]));

function lists(result: ExactResult) {
  return result.lists.map(({ keys, scores, allowedCount }) => ({
    keys: [...keys],
    scores: [...scores],
    allowedCount,
  }));
}

async function expectEqual(engine: typeof narrow, input: ExactInput): Promise<ExactResult> {
  const result = await engine.topK(input);
  const expected = await oracle.topK(input);
  expect(lists(result)).toEqual(lists(expected));
  expect(result.zeroDocuments).toEqual(expected.zeroDocuments);
  expect(result.zeroQueries).toEqual(expected.zeroQueries);
  return result;
}

describe('float32 engine', () => {
  it('equals the float64 oracle to the bit on adversarial data', async () => {
    await fc.assert(
      fc.asyncProperty(adversarialCases(40), async (input) => {
        await expectEqual(usual, input);
        await expectEqual(narrow, input);
      }),
      { numRuns: 150 },
    );
  });

  it('equals the oracle where many blocks, queries and filters meet', async () => {
    const random = seeded(3);
    const rows = clustered(random, 1500, 33, 12);
    const documents = numbered(rows, 33);
    const queries = numbered(clustered(seeded(4), 41, 33, 12), 33);
    const tenth = Uint8Array.from(rows, () => (random() < 0.1 ? 1 : 0));
    const none = new Uint8Array(rows.length);
    const allowed = (query: number) => [null, tenth, none][query % 3] ?? null;
    for (const engine of [narrow, usual]) {
      for (const kPrime of [1, 10, 200, 1499, 5000]) {
        await expectEqual(engine, { documents, queries, kPrime, allowed });
      }
    }
  });

  it('widens, and at last counts every row, where near ties hide behind the error bound', async () => {
    const random = seeded(5);
    const base = Array.from({ length: 48 }, () => random() - 0.5);
    const near = Array.from({ length: 900 }, (_, i) =>
      base.map((value, t) => (t === i % 48 ? value + 1e-5 * random() : value)),
    );
    const documents = numbered([...near, ...clustered(random, 700, 48, 9)], 48);
    const queries = numbered([base, ...clustered(random, 6, 48, 9)], 48);
    for (const engine of [narrow, usual]) {
      const { widenedQueries } = await expectEqual(engine, { documents, queries, kPrime: 10 });
      expect(widenedQueries).toBeGreaterThan(0);
    }
  });

  it.each([1, 2, 3, 4095, 4096])('equals the oracle at %i dimensions', async (dimension) => {
    const random = seeded(dimension);
    const make = (n: number) =>
      Array.from({ length: n }, () => Array.from({ length: dimension }, () => random() - 0.5));
    const documents = numbered(make(90), dimension);
    await expectEqual(narrow, { documents, queries: numbered(make(5), dimension), kPrime: 4 });
  });

  it('equals the oracle without documents, without queries and with one document', async () => {
    const empty = { ids: [], dimension: 3, values: new Float32Array(0) };
    const q = table({ q: [1, 2, 3] });
    await expectEqual(usual, { documents: empty, queries: q, kPrime: 5 });
    await expectEqual(usual, { documents: q, queries: empty, kPrime: 5 });
    await expectEqual(usual, { documents: q, queries: q, kPrime: 5 });
  });

  it('refuses non-finite rows by id', async () => {
    const input = {
      documents: table({ bad: [Number.NaN] }),
      queries: table({ q: [1] }),
      kPrime: 1,
    };
    const error = await usual.topK(input).catch((thrown: BenchError) => thrown);
    expect(error).toMatchObject({ code: 'truth.non-finite' });
    expect((error as BenchError).message).toContain('"bad"');
  });

  it('answers several searches at once, each its own', async () => {
    const documents = numbered(clustered(seeded(8), 200, 8, 5), 8);
    const ask = (seed: number) =>
      expectEqual(usual, {
        documents,
        queries: numbered(clustered(seeded(seed), 4, 8, 5), 8),
        kPrime: 3,
      });
    await Promise.all([ask(1), ask(2), ask(3)]);
  });

  it('ends with the reason of its signal, and can be asked again', async () => {
    const engine = float32Engine({ smallWork: 0 });
    const documents = numbered(clustered(seeded(9), 3000, 32, 5), 32);
    const queries = numbered(clustered(seeded(10), 300, 32, 5), 32);
    await engine.ready();
    const abort = new AbortController();
    const search = engine.topK({ documents, queries, kPrime: 3, signal: abort.signal });
    setTimeout(() => abort.abort(new Error('enough')), 1);
    await expect(search).rejects.toThrow('enough');
    await expectEqual(engine, { documents, queries: numbered([], 32), kPrime: 3 });
    await engine.close();
  });

  it('is what exactTopK takes for large inputs', async () => {
    const documents = numbered(clustered(seeded(11), 2000, 256, 20), 256);
    const queries = { ...documents, ids: documents.ids.slice(0, 600) };
    const input = { ...queries, values: documents.values.slice(0, 600 * 256) };
    const result = await exactTopK({ documents, queries: input, kPrime: 5 });
    expect(result.engine).toBe('float32');
    expect(result.lists[17]?.keys[0]).toBe('c/w-17');
    const few = { ids: ['q'], dimension: 256, values: documents.values.slice(0, 256) };
    expect((await exactTopK({ documents, queries: few, kPrime: 5 })).engine).toBe('float64');
  });
});

describe('float32 error bound', () => {
  it('is 4.6e-5 at 768 dimensions', () => {
    expect(float32Bound(768)).toBeGreaterThan(4.57e-5);
    expect(float32Bound(768)).toBeLessThan(4.7e-5);
  });

  it('holds for the slowest summation there is, one float32 after another', () => {
    const element = fc.float({ noNaN: true, noDefaultInfinity: true, min: -2, max: 2 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }).chain((d) => {
          const vector = fc.array(element, { minLength: d, maxLength: d });
          return fc.tuple(vector, vector, fc.constantFrom(1, 1e-30, 1e30, 1e-43));
        }),
        ([a, b, scale]) => {
          const x = a.map((value) => Math.fround(value * scale));
          const y = b.map(Math.fround);
          const norm = (v: readonly number[]) =>
            Math.sqrt(v.reduce((s, value) => s + value ** 2, 0));
          const nx = norm(x);
          const ny = norm(y);
          if (nx === 0 || ny === 0) return;
          const exact = x.reduce((s, value, i) => s + (value / nx) * ((y[i] ?? 0) / ny), 0);
          const single = x.reduce((s, value, i) => {
            const product = Math.fround(Math.fround(value / nx) * Math.fround((y[i] ?? 0) / ny));
            return Math.fround(s + product);
          }, 0);
          expect(Math.abs(single - exact)).toBeLessThanOrEqual(float32Bound(x.length));
        },
      ),
      { numRuns: 300 },
    );
  });
});
