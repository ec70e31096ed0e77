import { randomOf } from '../../stats/random.ts';
import { symmetricEigen } from './algebra/eigen.ts';
import {
  addScaled,
  innerProduct,
  multiply,
  orthonormalise,
  type Vectors,
} from './algebra/linear-algebra.ts';
import type { SparseMatrix } from './ppmi.ts';

/** How a matrix is factorised. */
export interface FactorOptions {
  /** Dimensions that are kept. */
  readonly rank: number;
  /** Dimensions that are carried along and dropped in the end. */
  readonly oversampling: number;
  readonly iterations: number;
  readonly seed: number;
}

/**
 * One vector of `rank` dimensions a row of a symmetric matrix M ≈ U·Λ·Uᵀ: the rows of U·|Λ|^½, largest
 * |λ| first (randomised subspace iteration with Rayleigh–Ritz, Halko, Martinsson & Tropp 2011; the square
 * root as Levy, Goldberg & Dagan 2015 found best). Dimensions beyond the matrix are zero.
 */
export function factorise(matrix: SparseMatrix, options: FactorOptions): Vectors {
  const width = Math.min(options.rank + options.oversampling, matrix.size);
  const random = randomOf(options.seed);
  let basis: Float64Array[] = Array.from({ length: width }, () =>
    Float64Array.from({ length: matrix.size }, () => 2 * random.integer(0, 1) - 1),
  );
  for (let pass = 0; pass <= options.iterations; pass++) {
    basis = basis.map((vector) => multiply(matrix, vector));
    orthonormalise(basis);
  }
  const images = basis.map((vector) => multiply(matrix, vector));
  const small = basis.map((left) =>
    Float64Array.from(images, (right) => innerProduct(left, right)),
  );
  const { values, vectors } = symmetricEigen(small);
  const order = Array.from(values, (value, index) => ({ index, size: Math.abs(value) })).sort(
    (a, b) => b.size - a.size || a.index - b.index,
  );
  const rows = Array.from({ length: matrix.size }, () => new Float64Array(options.rank));
  order.slice(0, options.rank).forEach(({ index, size }, dimension) => {
    const direction = new Float64Array(matrix.size);
    vectors[index]?.forEach((share, i) => {
      const vector = basis[i];
      if (vector !== undefined) addScaled(direction, vector, share);
    });
    const scale = Math.sqrt(size);
    rows.forEach((row, word) => {
      row[dimension] = scale * (direction[word] ?? 0);
    });
  });
  return rows;
}
