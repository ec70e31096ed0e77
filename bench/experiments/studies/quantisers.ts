import type { VectorTable } from '../../../src/record/types.ts';

/** Vectors as a store keeps them, unpacked to float32 again: their cosines rank as the store ranks. */
export interface Quantiser {
  readonly name: string;
  /** Bytes of a component. */
  readonly bytes: number;
  readonly quantise: (table: VectorTable) => VectorTable;
}

/** Formats that stores offer. */
export const QUANTISERS: readonly Quantiser[] = [
  { name: 'bfloat16', bytes: 2, quantise: (table) => mapped(table, () => bfloat16) },
  {
    name: 'int8, a scale a vector',
    bytes: 1,
    quantise: (table) =>
      mapped(table, (row) => {
        const scale = largest(row) / 127;
        return (value) => (scale === 0 ? 0 : Math.round(value / scale) * scale);
      }),
  },
  {
    name: 'int8, one scale',
    bytes: 1,
    quantise: (table) => {
      const scale = largest(table.values) / 127;
      return mapped(table, () => (value) => Math.round(value / scale) * scale);
    },
  },
  {
    name: 'binary',
    bytes: 1 / 8,
    quantise: (table) => mapped(table, () => (value) => (value > 0 ? 1 : -1)),
  },
];

/** The 16 upper bits of a float32, rounded to nearest, ties to even. */
function bfloat16(value: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  const bits = view.getUint32(0);
  const rounded = (bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000;
  view.setUint32(0, rounded >>> 0);
  return view.getFloat32(0);
}

function largest(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function mapped(
  { ids, dimension, values }: VectorTable,
  ofRow: (row: Float32Array) => (value: number) => number,
): VectorTable {
  const out = new Float32Array(values.length);
  for (let row = 0; row < ids.length; row++) {
    const from = values.subarray(row * dimension, (row + 1) * dimension);
    const quantised = ofRow(from);
    for (let i = 0; i < dimension; i++) out[row * dimension + i] = quantised(from[i] as number);
  }
  return { ids, dimension, values: out };
}
