import type { VectorTable } from '../../record/types.ts';

/**
 * How a side may keep or compare vectors that its embed route gives in float32. Whole numbers are symmetric about 0,
 * scaled by the greatest component of the vector or (`of the index`) of all documents; `binary` keeps signs.
 */
export type Precision =
  | 'float32'
  | 'float16'
  | 'bfloat16'
  | 'int8'
  | 'int8 of the index'
  | 'int4'
  | 'int4 of the index'
  | 'binary';

/** The codes that a side compares: those of its documents, and what becomes of a query before it is compared. */
export interface Codec {
  readonly documents: Precision;
  readonly queries: Precision;
}

export const PLAIN: Codec = { documents: 'float32', queries: 'float32' };

/** Codes in the order in which they are tried, each with queries as they are and coded alike. */
export const CODECS: readonly Codec[] = (
  [
    'float16',
    'bfloat16',
    'int8',
    'int8 of the index',
    'int4',
    'int4 of the index',
    'binary',
  ] as const satisfies readonly Precision[]
).flatMap((documents): Codec[] => [
  { documents, queries: 'float32' },
  { documents, queries: documents },
]);

/** Whether two sides compare the same codes. */
export function sameCodec(a: Codec, b: Codec): boolean {
  return a.documents === b.documents && a.queries === b.queries;
}

/** The codes in words; empty for float32. */
export function describeCodec({ documents, queries }: Codec): string {
  if (documents === 'float32') return '';
  return `, held as ${documents}${queries === documents ? ', queries too' : ''}`;
}

/** Greatest size of a component: what `of the index` is scaled by. */
export function greatestComponent(values: Float32Array): number {
  let greatest = 0;
  for (const value of values) if (Math.abs(value) > greatest) greatest = Math.abs(value);
  return greatest;
}

/**
 * The table as it would be after a round trip through that precision.
 * @param greatest what `of the index` is scaled by; by default the greatest component of this table
 */
export function atPrecision(
  table: VectorTable,
  precision: Precision,
  greatest: number = greatestComponent(table.values),
): VectorTable {
  if (precision === 'float32') return table;
  const values = new Float32Array(table.values.length);
  for (let row = 0; row < table.ids.length; row++) {
    const from = row * table.dimension;
    values.set(
      rounded(table.values.subarray(from, from + table.dimension), precision, greatest),
      from,
    );
  }
  return { ids: table.ids, dimension: table.dimension, values };
}

/** One vector after a round trip through that precision. */
export function rounded(
  vector: Float32Array,
  precision: Precision,
  greatest: number,
): Float32Array {
  switch (precision) {
    case 'float32':
      return vector;
    case 'float16':
      return vector.map(toFloat16);
    case 'bfloat16':
      return toBfloat16(vector);
    case 'int8':
      return toWhole(vector, greatestComponent(vector), 127);
    case 'int8 of the index':
      return toWhole(vector, greatest, 127);
    case 'int4':
      return toWhole(vector, greatestComponent(vector), 7);
    case 'int4 of the index':
      return toWhole(vector, greatest, 7);
    case 'binary':
      return vector.map((value) => (value > 0 ? 1 : -1));
  }
}

function toWhole(vector: Float32Array, greatest: number, most: number): Float32Array {
  const step = greatest / most;
  if (step === 0) return vector;
  return vector.map((value) => Math.max(-most, Math.min(most, Math.round(value / step))) * step);
}

/** Rounds to nearest, ties to even. */
function toBfloat16(vector: Float32Array): Float32Array {
  const bits = new Uint32Array(vector.slice().buffer);
  for (let at = 0; at < bits.length; at++) {
    const value = bits[at] ?? 0;
    bits[at] = (value + 0x7fff + ((value >>> 16) & 1)) & 0xffff0000;
  }
  return new Float32Array(bits.buffer);
}

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
