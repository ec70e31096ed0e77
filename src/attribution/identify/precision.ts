import type { VectorTable } from '../../record/types.ts';

/** How a side may keep the vectors that its embed route gives in float32. */
export type Precision = 'float32' | 'float16' | 'bfloat16' | 'int8';

/** The table as it would be after a round trip through that precision; int8 is symmetric, scaled by each row's greatest component. */
export function atPrecision(table: VectorTable, precision: Precision): VectorTable {
  if (precision === 'float32') return table;
  const values = new Float32Array(table.values.length);
  for (let row = 0; row < table.ids.length; row++) {
    const from = row * table.dimension;
    const source = table.values.subarray(from, from + table.dimension);
    values.set(ROUND[precision](source), from);
  }
  return { ids: table.ids, dimension: table.dimension, values };
}

const ROUND: Readonly<Record<Exclude<Precision, 'float32'>, (row: Float32Array) => Float32Array>> =
  {
    float16: (row) => row.map(toFloat16),
    bfloat16: (row) => {
      const bits = new Uint32Array(row.slice().buffer);
      for (let at = 0; at < bits.length; at++) {
        const value = bits[at] ?? 0;
        // Round to nearest, ties to even.
        bits[at] = (value + 0x7fff + ((value >>> 16) & 1)) & 0xffff0000;
      }
      return new Float32Array(bits.buffer);
    },
    int8: (row) => {
      let greatest = 0;
      for (const value of row) greatest = Math.max(greatest, Math.abs(value));
      const step = greatest / 127;
      return step === 0 ? row : row.map((value) => Math.round(value / step) * step);
    },
  };

/** Rounds to the nearest IEEE 754 binary16 value, ties to even; beyond its range ±Infinity is kept at ±65504. */
function toFloat16(value: number): number {
  const magnitude = Math.abs(value);
  if (magnitude >= 65504) return Math.sign(value) * 65504;
  if (magnitude === 0) return value;
  const exponent = Math.max(-14, Math.floor(Math.log2(magnitude)));
  const step = 2 ** (exponent - 10);
  const scaled = value / step;
  const rounded = Math.round(scaled);
  const even = Math.abs(scaled % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
  return even * step;
}
