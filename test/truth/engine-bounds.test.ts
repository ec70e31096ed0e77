import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cosineOf, dot } from '../../src/truth/cosine.ts';
import { float32Engine, int8Engine, wasmEngine } from '../../src/truth/engines/engines.ts';
import { float32Bound } from '../../src/truth/engines/float32/bound.ts';
import { float64Engine } from '../../src/truth/engines/float64-engine.ts';
import {
  cosineAtLeast,
  float32Above,
  integerBound,
  refineFloor,
  refineNorm,
  scanLimits,
} from '../../src/truth/engines/integer/bound.ts';
import {
  EIGHT_BITS,
  type Quantisation,
  quantiseRow,
  SIXTEEN_BITS,
} from '../../src/truth/engines/integer/quantise.ts';
import { isInt8Exact } from './int8-here.ts';
import { clustered, numbered, seeded } from './naive.ts';

/** Two rows that are not zero, of one dimension, of any magnitude float32 has. */
const rowPairs: fc.Arbitrary<[Float32Array, Float32Array]> = fc
  .integer({ min: 1, max: 200 })
  .chain((d) => {
    const element = fc.oneof(
      fc.float({ noNaN: true, noDefaultInfinity: true, min: -2, max: 2 }),
      fc.constantFrom(0, 1, -1, 0.5),
    );
    const row = fc
      .tuple(
        fc.array(element, { minLength: d, maxLength: d }),
        fc.constantFrom(1, 1, 1e-30, 1e30, 1e-43),
        fc.nat({ max: d - 1 }),
        fc.constantFrom(1, 1, 1000),
      )
      .map(([values, scale, at, longer]) =>
        Float32Array.from(values, (value, t) => (t === at ? value * longer : value) * scale),
      );
    return fc.tuple(row, row);
  })
  .filter((rows) => rows.every((row) => dot(row, 0, row, 0, row.length) > 0));

function cosine(x: Float32Array, y: Float32Array): number {
  const d = x.length;
  return cosineOf(dot(x, 0, y, 0, d), dot(x, 0, x, 0, d), dot(y, 0, y, 0, d));
}

function quantise(how: Quantisation, row: Float32Array) {
  const codes = new Int16Array(row.length);
  const square = dot(row, 0, row, 0, row.length);
  return { codes, ...quantiseRow(how, row, square, codes) };
}

const schemes = [
  ['8 bits', EIGHT_BITS],
  ['16 bits', SIXTEEN_BITS],
] as const;

describe.each(schemes)('integers of %s', (_, how) => {
  it('never leave the limit, and their residual norm is what they leave out, rounded up', () => {
    fc.assert(
      fc.property(rowPairs, ([row]) => {
        const { codes, scale, residual } = quantise(how, row);
        const norm = Math.sqrt(dot(row, 0, row, 0, row.length));
        const rest = Math.hypot(...row.map((value, t) => value / norm - scale * (codes[t] ?? 0)));
        expect(Math.max(...codes.map(Math.abs))).toBeLessThanOrEqual(how.limit);
        expect(residual).toBeGreaterThanOrEqual(rest * (1 - 1e-6));
        expect(residual).toBeLessThanOrEqual(rest * (1 + 1e-6) + 1e-6);
        expect(Math.fround(scale)).toBe(scale);
        expect(Math.fround(residual)).toBe(residual);
      }),
      { numRuns: 500 },
    );
  });

  it('lie within the bound of the exact cosine, the scan keeps whatever reaches a threshold, and no lower bound is above it', () => {
    fc.assert(
      fc.property(rowPairs, ([x, y]) => {
        const [row, query] = [quantise(how, x), quantise(how, y)];
        const exact = cosine(x, y);
        const product = row.codes.reduce((sum, code, t) => sum + code * (query.codes[t] ?? 0), 0);
        const bound = integerBound(row.residual, query.residual, x.length);
        const estimate = product * row.scale * query.scale;
        expect(Math.abs(estimate - exact)).toBeLessThanOrEqual(bound);
        // The k-th score may be the row's own, or ε above it; far above it the row must go.
        for (const [threshold, share] of [
          [exact, 1],
          [exact + 1e-6, 1],
        ] as const) {
          const limits = scanLimits(threshold, query.scale, query.residual, x.length, share);
          expect(reach(product, row, limits.slope)).toBeGreaterThanOrEqual(limits.floor);
        }
        const { slope } = scanLimits(exact, query.scale, query.residual, x.length, 1);
        const least = reach(product, { ...row, residual: -row.residual }, slope);
        const lower = cosineAtLeast(least, query.scale, query.residual, x.length, 1);
        expect(lower).toBeLessThanOrEqual(exact);
        expect(lower).toBeGreaterThanOrEqual(exact - 2 * bound - 1e-4);
        const far = scanLimits(exact + 2 * bound + 1e-4, query.scale, query.residual, x.length, 1);
        expect(reach(product, row, far.slope)).toBeLessThan(far.floor);
      }),
      { numRuns: 1000 },
    );
  });
});

/** The left side of the scan's comparison, in float32 as the kernel computes it. */
function reach(
  product: number,
  row: { readonly scale: number; readonly residual: number },
  slope: number,
): number {
  const estimate = Math.fround(Math.fround(product) * row.scale);
  return Math.fround(estimate + Math.fround(Math.fround(slope) * row.residual));
}

describe('the bound of the integers', () => {
  it('is reached: a residual along the query costs all of it', () => {
    // Each entry of the row lies just below half a step, so the integers leave out what the query asks for.
    const d = 400;
    const step = 1 / 127;
    const x = Float32Array.from({ length: d }, (_, t) => (t === 0 ? 1 : 0.499 * step));
    const y = Float32Array.from({ length: d }, (_, t) => (t === 0 ? 0 : 1));
    const [row, query] = [quantise(EIGHT_BITS, x), quantise(EIGHT_BITS, y)];
    const product = row.codes.reduce((sum, code, t) => sum + code * (query.codes[t] ?? 0), 0);
    const error = Math.abs(cosine(x, y) - product * row.scale * query.scale);
    expect(error).toBeGreaterThan(0.99 * row.residual);
    expect(error).toBeLessThanOrEqual(integerBound(row.residual, query.residual, d));
  });

  it.each([
    ...(isInt8Exact ? ([['int8', int8Engine]] as const) : []),
    ['wasm', wasmEngine],
  ] as const)(
    'may not be smaller: without it %s lists are wrong, and are seen to be',
    async (_, create) => {
      const random = seeded(21);
      const base = Array.from({ length: 48 }, () => random() - 0.5);
      const near = Array.from({ length: 1500 }, () => base.map((v) => v + 0.02 * (random() - 0.5)));
      const documents = numbered(near, 48);
      const queries = numbered(
        clustered(random, 20, 48, 4).map((_, i) => near[i] ?? base),
        48,
      );
      const expected = (await float64Engine().topK({ documents, queries, kPrime: 10 })).lists;
      const found = async (boundShare: number) => {
        const engine = create({ smallWork: 0, boundShare });
        const { lists } = await engine.topK({ documents, queries, kPrime: 10 });
        await engine.close();
        return lists.map(({ keys, scores }) => ({ keys: [...keys], scores: [...scores] }));
      };
      const truth = expected.map(({ keys, scores }) => ({ keys: [...keys], scores: [...scores] }));
      expect(await found(1)).toEqual(truth);
      expect(await found(0.02)).not.toEqual(truth);
    },
  );
});

describe('the bound of the float32 products', () => {
  it('is 4.6e-5 at 768 dimensions', () => {
    expect(float32Bound(768)).toBeGreaterThan(4.57e-5);
    expect(float32Bound(768)).toBeLessThan(4.7e-5);
  });

  it('holds for the slowest summation there is, one float32 after another', () => {
    fc.assert(
      fc.property(rowPairs, ([x, y]) => {
        const unit = (row: Float32Array) => {
          const norm = Math.sqrt(dot(row, 0, row, 0, row.length));
          return row.map((value) => value / norm);
        };
        const difference = Math.abs(inFloat32(unit(x), unit(y)) - cosine(x, y));
        expect(difference).toBeLessThanOrEqual(float32Bound(x.length));
      }),
      { numRuns: 500 },
    );
  });

  it('may not be a tenth: one float32 after another can lose more', () => {
    const d = 4096;
    const x = new Float32Array(d).fill(Math.fround(0.8 / 64));
    x[0] = 0.6;
    const y = new Float32Array(d).fill(1 / 64);
    const difference = Math.abs(inFloat32(x, y) - dot(x, 0, y, 0, d));
    expect(difference).toBeGreaterThan(float32Bound(d) / 10);
    expect(difference).toBeLessThanOrEqual(float32Bound(d));
  });

  it('keeps every pair that reaches a threshold, and all whose products could leave float32', () => {
    fc.assert(
      fc.property(rowPairs, ([x, y]) => {
        const d = x.length;
        const product = inFloat32(x, y);
        const norm = Math.fround(refineNorm(dot(x, 0, x, 0, d)));
        const floorOf = (threshold: number) =>
          Math.fround(refineFloor(threshold, dot(y, 0, y, 0, d), d, 1));
        const exact = cosine(x, y);
        expect(product < Math.fround(norm * floorOf(exact + 1e-6))).toBe(false);
        const plain = !Number.isNaN(norm * floorOf(0));
        expect(product < Math.fround(norm * floorOf(exact + 1e-3))).toBe(plain);
      }),
      { numRuns: 1000 },
    );
  });

  it('makes float32 lists right where they are near ties', async () => {
    const random = seeded(22);
    const base = Array.from({ length: 64 }, () => random() - 0.5);
    const near = Array.from({ length: 600 }, () => base.map((v) => v + 1e-3 * (random() - 0.5)));
    const documents = numbered(near, 64);
    const queries = numbered([base], 64);
    const engine = float32Engine({ smallWork: 0, pad: 0, rowsPerBlock: 64 });
    const { lists } = await engine.topK({ documents, queries, kPrime: 7 });
    await engine.close();
    expect(lists).toEqual((await float64Engine().topK({ documents, queries, kPrime: 7 })).lists);
  });
});

/** One float32 product and sum after another. */
function inFloat32(x: Float32Array, y: Float32Array): number {
  return x.reduce((sum, value, t) => Math.fround(sum + Math.fround(value * (y[t] ?? 0))), 0);
}

describe('rounding up to float32', () => {
  it('gives the least float32 that is not below', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e38, max: 1e38 }), (value) => {
        const above = float32Above(value);
        expect(Math.fround(above)).toBe(above);
        expect(above).toBeGreaterThanOrEqual(value);
        expect(above - value).toBeLessThanOrEqual(Math.abs(value) * 2 ** -23 + 2 ** -149);
      }),
      { numRuns: 1000 },
    );
    expect(float32Above(Number.NEGATIVE_INFINITY)).toBe(Number.NEGATIVE_INFINITY);
    expect(float32Above(1e-60)).toBe(2 ** -149);
  });
});
