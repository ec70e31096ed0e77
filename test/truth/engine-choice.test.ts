import { describe, expect, it } from 'vitest';
import { InfrastructureError } from '../../src/errors.ts';
import { float32Engine, int8Engine, wasmEngine } from '../../src/truth/engines/engines.ts';
import type { ExactEngine, ExactEngineName } from '../../src/truth/engines/exact-engine.ts';
import { float64Engine } from '../../src/truth/engines/float64-engine.ts';
import { wasmProduct } from '../../src/truth/engines/integer/product/wasm-product.ts';
import { selfTestIntegers } from '../../src/truth/engines/integer/self-test.ts';
import { exactTopK, topKByFirst } from '../../src/truth/exact.ts';
import { isInt8Exact } from './int8-here.ts';
import { clustered, numbered, seeded, table } from './naive.ts';

/** An engine that cannot be used here, and one whose input is at fault. */
function broken(name: ExactEngineName, closed: string[]): () => ExactEngine {
  return () => ({
    name,
    topK: () => Promise.reject(new InfrastructureError(`truth.${name}`, `${name}: no library`)),
    close: async () => {
      closed.push(name);
    },
  });
}

describe('the choice of an engine', () => {
  const documents = numbered(clustered(seeded(1), 60, 8, 3), 8);
  const queries = numbered(clustered(seeded(2), 3, 8, 3), 8);
  const input = { documents, queries, kPrime: 4 };

  it('is int8 for large inputs and float64 for small ones, and the result says so', async () => {
    const many = numbered(clustered(seeded(11), 2000, 256, 20), 256);
    const asked = {
      ids: many.ids.slice(0, 600),
      dimension: 256,
      values: many.values.slice(0, 600 * 256),
    };
    const large = await exactTopK({ documents: many, queries: asked, kPrime: 5 });
    // Without integer products that are exact on this processor the next engine answers, and says why.
    expect(large.engine).toBe(isInt8Exact ? 'int8' : 'float32');
    expect(large.passedOver?.map(({ engine }) => engine)).toEqual(
      isInt8Exact ? undefined : ['int8'],
    );
    expect(large.lists[17]?.keys[0]).toBe('c/w-17');
    expect((await exactTopK(input)).engine).toBe('float64');
  });

  it('goes on to the next where one cannot be used, names it, and closes each', async () => {
    const closed: string[] = [];
    const result = await topKByFirst(
      [broken('int8', closed), broken('float32', closed), () => wasmEngine({ threads: 1 })],
      input,
    );
    expect(result.engine).toBe('wasm');
    expect(result.passedOver?.map(({ engine }) => engine)).toEqual(['int8', 'float32']);
    expect(result.passedOver?.[0]?.why).toBe('int8: no library');
    expect(closed).toEqual(['int8', 'float32']);
    expect(result.lists).toEqual((await float64Engine().topK(input)).lists);
  });

  it('goes on where an engine of ours says that it cannot: more dimensions than 31 bits allow', async () => {
    const d = 65_537;
    const values = Float32Array.from({ length: 2 * d }, (_, i) => Math.sin(i));
    const wide = { ids: ['c/a', 'c/b'], dimension: d, values };
    const engines = [
      () => int8Engine({ threads: 1, smallWork: 0 }),
      () => float32Engine({ threads: 1, smallWork: 0 }),
    ];
    const result = await topKByFirst(engines, { documents: wide, queries: wide, kPrime: 1 });
    expect(result.engine).toBe('float32');
    expect(result.passedOver?.[0]).toMatchObject({ engine: 'int8' });
    if (isInt8Exact) expect(result.passedOver?.[0]?.why).toContain('65537 dimensions');
    expect(result.lists.map(({ keys }) => keys[0])).toEqual(['c/a', 'c/b']);
  });

  it('survives threads that refuse while others are still in native code', async () => {
    for (let round = 0; round < 3; round++) {
      const engine = int8Engine({ threads: 3, minRowsPerShard: 1, smallWork: 0 });
      const answer = await engine.topK(input).then(
        (result) => result.engine,
        (error: { code: string }) => error.code,
      );
      expect(answer).toBe(isInt8Exact ? 'int8' : 'truth.int8');
      await engine.close();
    }
  });

  it('ends with float64, which needs nothing', async () => {
    const engines = (['int8', 'float32', 'wasm'] as const).map((name) => broken(name, []));
    const result = await topKByFirst(engines, input);
    expect(result.engine).toBe('float64');
    expect(result.passedOver).toHaveLength(3);
  });

  it('does not try another engine where the input is at fault', async () => {
    const wrong = {
      documents: table({ bad: [Number.NaN] }),
      queries: table({ q: [1] }),
      kPrime: 1,
    };
    await expect(topKByFirst([() => float32Engine({ threads: 1 })], wrong)).rejects.toMatchObject({
      code: 'truth.non-finite',
    });
  });
});

describe('the self-test of integer products', () => {
  it('passes where they are exact', async () => {
    await expect(selfTestIntegers(wasmProduct)).resolves.toBeUndefined();
  });

  it('fails where sums of pairs saturate at 16 bits, or one entry is off by one', async () => {
    const spoilt = (spoil: (products: Int32Array) => void) =>
      selfTestIntegers({
        ...wasmProduct,
        bind: (memory) => {
          const multiply = wasmProduct.bind(memory);
          return async (task) => {
            await multiply(task);
            spoil(new Int32Array(memory.buffer, task.products, task.rowCount * task.columns));
          };
        },
      });
    const saturate = (products: Int32Array) => {
      const most = (768 / 2) * 32_767;
      products.forEach((value, i) => {
        products[i] = Math.max(-most, Math.min(most, value));
      });
    };
    await expect(spoilt(saturate)).rejects.toThrow('self-test');
    await expect(
      spoilt((products) => {
        products[7] = (products[7] ?? 0) + 1;
      }),
    ).rejects.toThrow('self-test');
  });
});
