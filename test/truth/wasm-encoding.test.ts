import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dot } from '../../src/truth/cosine.ts';
import { signed, unsigned } from '../../src/truth/wasm/encode-module.ts';
import { kernelsOn } from '../../src/truth/wasm/kernels.ts';
import { createMemory } from '../../src/truth/wasm/memory.ts';

describe('LEB128', () => {
  it('gives the examples of the DWARF standard (version 4, figures 22 and 23)', () => {
    expect([2, 127, 128, 129, 130, 12857].map((value) => [...unsigned(value)])).toEqual([
      [2],
      [127],
      [0x80, 1],
      [0x81, 1],
      [0x82, 1],
      [0xb9, 100],
    ]);
    expect([2, -2, 127, -127, 128, -128, 129, -129].map((value) => [...signed(value)])).toEqual([
      [2],
      [0x7e],
      [0xff, 0],
      [0x81, 0x7f],
      [0x80, 1],
      [0x80, 0x7f],
      [0x81, 1],
      [0xff, 0x7e],
    ]);
  });
});

describe('the float64 products in WebAssembly', () => {
  it('are those of dot to the bit, whatever the magnitudes and the length', () => {
    const memory = createMemory(65_536);
    const { dots } = kernelsOn(memory);
    const element = fc.oneof(
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(0, -0, 1e-45, -1e-42, 3e38, 1e-30, 1e30),
    );
    const rows = fc
      .integer({ min: 1, max: 90 })
      .chain((d) =>
        fc.tuple(...[0, 1].map(() => fc.array(element, { minLength: d, maxLength: d }))),
      );
    fc.assert(
      fc.property(rows, ([first = [], second = []]) => {
        const d = first.length;
        const stride = Math.ceil(d / 16) * 64;
        const [x, y] = [Float32Array.from(first), Float32Array.from(second)];
        [x, y].forEach((row, i) => {
          new Float32Array(memory.buffer, i * stride, stride / 4).fill(0);
          new Float32Array(memory.buffer, i * stride, d).set(row);
        });
        new Uint32Array(memory.buffer, 32_768, 2).set([0, (1 << 16) | 1]);
        dots(0, stride, stride, 32_768, 32_776, 40_960);
        const found = new Float64Array(memory.buffer, 40_960, 1);
        expect(found[0]).toBe(dot(x, 0, y, 0, d));
      }),
      { numRuns: 500 },
    );
  });
});
