import type { SparseMatrix } from '../ppmi.ts';

/** Vectors of one length, each contiguous. */
export type Vectors = readonly Float64Array[];

/** Inner product: four sums side by side, one for each index modulo 4, added in the end. */
export function innerProduct(a: Float64Array, b: Float64Array): number {
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  const whole = a.length - (a.length % 4);
  for (let i = 0; i < whole; i += 4) {
    first += (a[i] as number) * (b[i] as number);
    second += (a[i + 1] as number) * (b[i + 1] as number);
    third += (a[i + 2] as number) * (b[i + 2] as number);
    fourth += (a[i + 3] as number) * (b[i + 3] as number);
  }
  for (let i = whole; i < a.length; i++) first += (a[i] as number) * (b[i] as number);
  return first + second + (third + fourth);
}

/** Adds `factor · source` to `target`, in place. */
export function addScaled(target: Float64Array, source: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) {
    target[i] = (target[i] as number) + factor * (source[i] as number);
  }
}

/** Euclidean length. */
export function lengthOf(vector: Float64Array): number {
  return Math.sqrt(innerProduct(vector, vector));
}

/** Scales a vector to length 1, in place; a zero vector stays zero. */
export function normalise(vector: Float64Array): Float64Array {
  const length = lengthOf(vector);
  if (length > 0) for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] ?? 0) / length;
  return vector;
}

/**
 * Makes vectors orthonormal in place (modified Gram–Schmidt, twice, as Giraud & Langou 2005 advise); a
 * vector that depends on those before it becomes zero.
 */
export function orthonormalise(vectors: Vectors): void {
  vectors.forEach((vector, at) => {
    const before = lengthOf(vector);
    for (let pass = 0; pass < 2; pass++) {
      for (let earlier = 0; earlier < at; earlier++) {
        const other = vectors[earlier];
        if (other !== undefined) addScaled(vector, other, -innerProduct(other, vector));
      }
    }
    // What is left of a dependent vector is rounding, and would point anywhere.
    if (lengthOf(vector) <= 1e-10 * before) vector.fill(0);
    normalise(vector);
  });
}

/** Sparse symmetric matrix times a vector. */
export function multiply(matrix: SparseMatrix, vector: Float64Array): Float64Array {
  const { size, rowStarts, columns, values } = matrix;
  const product = new Float64Array(size);
  for (let row = 0; row < size; row++) {
    let sum = 0;
    for (let at = rowStarts[row] ?? 0; at < (rowStarts[row + 1] ?? 0); at++) {
      sum += (values[at] as number) * (vector[columns[at] as number] as number);
    }
    product[row] = sum;
  }
  return product;
}
