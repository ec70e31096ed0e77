import { exactLog2 } from './algebra/exact-math.ts';

/** A symmetric sparse matrix, compressed by rows. */
export interface SparseMatrix {
  readonly size: number;
  readonly rowStarts: Uint32Array;
  readonly columns: Uint32Array;
  readonly values: Float64Array;
}

/**
 * Positive pointwise mutual information in bits, max(0, log2(p(a,b) / p(a)p(b)) − shift), of a symmetric
 * row-major table of co-occurrence counts (Levy & Goldberg 2014).
 */
export function positiveMutualInformation(
  together: Float64Array,
  size: number,
  shiftBits: number,
): SparseMatrix {
  const sums = new Float64Array(size);
  let total = 0;
  for (let row = 0; row < size; row++) {
    let sum = 0;
    for (let column = 0; column < size; column++) sum += together[row * size + column] ?? 0;
    sums[row] = sum;
    total += sum;
  }
  const rowStarts = new Uint32Array(size + 1);
  const columns: number[] = [];
  const values: number[] = [];
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const count = together[row * size + column] ?? 0;
      if (count === 0) continue;
      const expected = ((sums[row] ?? 0) * (sums[column] ?? 0)) / total;
      const bits = exactLog2(count / expected) - shiftBits;
      if (bits <= 0) continue;
      columns.push(column);
      values.push(bits);
    }
    rowStarts[row + 1] = columns.length;
  }
  return {
    size,
    rowStarts,
    columns: Uint32Array.from(columns),
    values: Float64Array.from(values),
  };
}
