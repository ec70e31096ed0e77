import { counted } from '../counted.ts';
import { UsageError } from '../errors.ts';
import type { VectorTable } from '../record/types.ts';

/**
 * Dot product of two float32 rows in float64, in the one order of summation that every exact score
 * uses: lane j adds the products at indexes ≡ j (mod 4) in rising order, then (0 + 1) + (2 + 3).
 *
 * Each product of two float32 values is exact in float64, so only the additions round.
 *
 * @param x row-major values; the row begins at `xOffset`
 * @param y row-major values; the row begins at `yOffset`
 */
export function dot(
  x: Float32Array,
  xOffset: number,
  y: Float32Array,
  yOffset: number,
  dimension: number,
): number {
  // Views make V8 drop the offset arithmetic from the loop: 1.7 times faster at 768 dimensions.
  const a = x.subarray(xOffset, xOffset + dimension);
  const b = y.subarray(yOffset, yOffset + dimension);
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const whole = dimension - (dimension % 4);
  for (let i = 0; i < whole; i += 4) {
    s0 += (a[i] as number) * (b[i] as number);
    s1 += (a[i + 1] as number) * (b[i + 1] as number);
    s2 += (a[i + 2] as number) * (b[i + 2] as number);
    s3 += (a[i + 3] as number) * (b[i + 3] as number);
  }
  if (whole < dimension) s0 += (a[whole] as number) * (b[whole] as number);
  if (whole + 1 < dimension) s1 += (a[whole + 1] as number) * (b[whole + 1] as number);
  if (whole + 2 < dimension) s2 += (a[whole + 2] as number) * (b[whole + 2] as number);
  return s0 + s1 + (s2 + s3);
}

/**
 * Two dot products of one row with two others, bit-identical to two calls of `dot` and 1.3 times as fast.
 *
 * @param x a view of one row; `y0` and `y1` are as long
 * @param out receives x·y0 and x·y1
 */
export function dotPair(
  x: Float32Array,
  y0: Float32Array,
  y1: Float32Array,
  out: Float64Array,
): void {
  const dimension = x.length;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let t0 = 0;
  let t1 = 0;
  let t2 = 0;
  let t3 = 0;
  const whole = dimension - (dimension % 4);
  for (let i = 0; i < whole; i += 4) {
    const a = x[i] as number;
    const b = x[i + 1] as number;
    const c = x[i + 2] as number;
    const d = x[i + 3] as number;
    s0 += a * (y0[i] as number);
    s1 += b * (y0[i + 1] as number);
    s2 += c * (y0[i + 2] as number);
    s3 += d * (y0[i + 3] as number);
    t0 += a * (y1[i] as number);
    t1 += b * (y1[i + 1] as number);
    t2 += c * (y1[i + 2] as number);
    t3 += d * (y1[i + 3] as number);
  }
  if (whole < dimension) {
    s0 += (x[whole] as number) * (y0[whole] as number);
    t0 += (x[whole] as number) * (y1[whole] as number);
  }
  if (whole + 1 < dimension) {
    s1 += (x[whole + 1] as number) * (y0[whole + 1] as number);
    t1 += (x[whole + 1] as number) * (y1[whole + 1] as number);
  }
  if (whole + 2 < dimension) {
    s2 += (x[whole + 2] as number) * (y0[whole + 2] as number);
    t2 += (x[whole + 2] as number) * (y1[whole + 2] as number);
  }
  out[0] = s0 + s1 + (s2 + s3);
  out[1] = t0 + t1 + (t2 + t3);
}

/**
 * Cosine in [−1, 1] from a dot product and two squared norms, all of them positive.
 *
 * Computed as ±√(dot² / (xx·yy)): a row equal to the query scores exactly 1, and rows that are
 * multiples of one another by a power of two (or of small integers) score the same to the bit.
 * No float32 input of up to 2²⁰ dimensions overflows on the way; a cosine below 1e-154 becomes 0.
 */
export function cosineOf(dotProduct: number, xx: number, yy: number): number {
  const magnitude = Math.min(1, Math.sqrt((dotProduct * dotProduct) / (xx * yy)));
  return dotProduct < 0 ? 0 - magnitude : magnitude;
}

/**
 * Checks that a table holds one row of `dimension` values an id.
 *
 * @param what names the table in errors, e.g. `document`
 * @throws UsageError `truth.shape`
 */
export function checkTable({ ids, dimension, values }: VectorTable, what: string): void {
  if (!Number.isInteger(dimension) || dimension < 0 || values.length !== ids.length * dimension) {
    throw new UsageError(
      'truth.shape',
      `${what} vectors: ${counted(ids.length, 'row')} of dimension ${dimension} need ${ids.length * dimension} values, got ${values.length}`,
      { hint: 'pass one row of `dimension` float32 values an id, row after row' },
    );
  }
}

/** The error of a row that holds NaN or Infinity, `truth.non-finite`; it names the id. */
export function nonFiniteRow(ids: readonly string[], row: number, what: string): UsageError {
  const id = ids[row] ?? '';
  return new UsageError(
    'truth.non-finite',
    `${what} vector of ${JSON.stringify(id)} holds NaN or Infinity`,
    {
      hint: 'embed that text again; a cosine with such a vector is undefined',
      context: { id, row },
    },
  );
}

/**
 * Squared Euclidean norm of each row of a table, in float64 and the order of `dot`; 0 for a zero row.
 *
 * @param what names the table in errors, e.g. `document`
 * @throws UsageError `truth.shape` when values do not make `ids.length × dimension`,
 *   `truth.non-finite` when a row holds NaN or ±Infinity (its id is named)
 */
export function squaredNorms(table: VectorTable, what: string): Float64Array {
  checkTable(table, what);
  const { ids, dimension, values } = table;
  const squares = new Float64Array(ids.length);
  for (let row = 0; row < ids.length; row++) {
    const square = dot(values, row * dimension, values, row * dimension, dimension);
    // Finite float32 values cannot overflow a float64 sum of squares, so this sees every bad value.
    if (!Number.isFinite(square)) throw nonFiniteRow(ids, row, what);
    squares[row] = square;
  }
  return squares;
}
