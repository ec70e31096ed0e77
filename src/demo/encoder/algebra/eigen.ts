import { addScaled, innerProduct, type Vectors } from './linear-algebra.ts';

/** Eigenvalues with their eigenvectors: `vectors[i]` belongs to `values[i]`. In no order. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: Vectors;
}

/**
 * Eigen-decomposition of a symmetric matrix given by its rows, which it overwrites: Householder
 * tridiagonalisation, then implicit QR steps with Wilkinson's shift (Golub & Van Loan, Matrix
 * Computations, algorithms 8.3.1–8.3.3).
 */
export function symmetricEigen(rows: Vectors): Eigen {
  const { diagonal, offDiagonal, basis } = tridiagonal(rows);
  let high = diagonal.length - 1;
  while (high > 0) {
    const tiny = 1e-15 * (Math.abs(at(diagonal, high - 1)) + Math.abs(at(diagonal, high)));
    if (Math.abs(at(offDiagonal, high - 1)) <= tiny) {
      high -= 1;
      continue;
    }
    let low = high - 1;
    while (low > 0 && !negligible(diagonal, offDiagonal, low - 1)) low -= 1;
    implicitStep(diagonal, offDiagonal, basis, low, high);
  }
  return { values: diagonal, vectors: basis };
}

function at(list: Float64Array, index: number): number {
  return list[index] ?? 0;
}

function negligible(diagonal: Float64Array, offDiagonal: Float64Array, k: number): boolean {
  const scale = Math.abs(at(diagonal, k)) + Math.abs(at(diagonal, k + 1));
  return Math.abs(at(offDiagonal, k)) <= 1e-15 * scale;
}

/** Rows of `basis` are the orthonormal vectors q with A·q expressed by a tridiagonal matrix. */
function tridiagonal(rows: Vectors) {
  const size = rows.length;
  const diagonal = new Float64Array(size);
  const offDiagonal = new Float64Array(Math.max(size - 1, 0));
  const reflectors: Float64Array[] = [];
  for (let k = 0; k < size; k++) {
    const row = rows[k] ?? new Float64Array();
    diagonal[k] = at(row, k);
    if (k >= size - 1) break;
    const reflector = new Float64Array(size);
    for (let i = k + 1; i < size; i++) reflector[i] = at(row, i);
    const length = Math.sqrt(innerProduct(reflector, reflector));
    const alpha = at(reflector, k + 1) > 0 ? -length : length;
    offDiagonal[k] = alpha;
    reflector[k + 1] = at(reflector, k + 1) - alpha;
    const square = innerProduct(reflector, reflector);
    reflectors.push(reflector);
    if (square === 0) continue;
    // A ← H·A·H for H = I − 2vvᵀ/vᵀv, as the symmetric rank-two update A − v·wᵀ − w·vᵀ.
    const w = new Float64Array(size);
    for (let i = k + 1; i < size; i++) {
      w[i] = (2 / square) * innerProduct(rows[i] ?? reflector, reflector);
    }
    addScaled(w, reflector, -innerProduct(w, reflector) / square);
    for (let i = k + 1; i < size; i++) {
      const target = rows[i];
      if (target === undefined) continue;
      addScaled(target, w, -at(reflector, i));
      addScaled(target, reflector, -at(w, i));
    }
  }
  const basis = rows.map((_, i) => {
    const unit = new Float64Array(size);
    unit[i] = 1;
    return unit;
  });
  for (const vector of basis) {
    for (let k = reflectors.length - 1; k >= 0; k--) reflect(vector, reflectors[k]);
  }
  return { diagonal, offDiagonal, basis };
}

function reflect(vector: Float64Array, reflector: Float64Array | undefined): void {
  if (reflector === undefined) return;
  const square = innerProduct(reflector, reflector);
  if (square > 0) addScaled(vector, reflector, (-2 * innerProduct(reflector, vector)) / square);
}

function implicitStep(
  diagonal: Float64Array,
  offDiagonal: Float64Array,
  basis: Vectors,
  low: number,
  high: number,
): void {
  const last = at(offDiagonal, high - 1);
  const half = (at(diagonal, high - 1) - at(diagonal, high)) / 2;
  const root = Math.sqrt(half * half + last * last);
  const shift = at(diagonal, high) - (last * last) / (half + (half < 0 ? -root : root));
  let x = at(diagonal, low) - shift;
  let z = at(offDiagonal, low);
  for (let k = low; k < high; k++) {
    const radius = Math.sqrt(x * x + z * z);
    const c = radius === 0 ? 1 : x / radius;
    const s = radius === 0 ? 0 : z / radius;
    if (k > low) offDiagonal[k - 1] = radius;
    const upper = at(diagonal, k);
    const lower = at(diagonal, k + 1);
    const between = at(offDiagonal, k);
    diagonal[k] = c * c * upper + 2 * c * s * between + s * s * lower;
    diagonal[k + 1] = s * s * upper - 2 * c * s * between + c * c * lower;
    offDiagonal[k] = c * s * (lower - upper) + (c * c - s * s) * between;
    if (k < high - 1) {
      x = at(offDiagonal, k);
      z = s * at(offDiagonal, k + 1);
      offDiagonal[k + 1] = c * at(offDiagonal, k + 1);
    }
    rotate(basis[k], basis[k + 1], c, s);
  }
}

function rotate(
  a: Float64Array | undefined,
  b: Float64Array | undefined,
  c: number,
  s: number,
): void {
  if (a === undefined || b === undefined) return;
  for (let i = 0; i < a.length; i++) {
    const x = a[i] as number;
    const y = b[i] as number;
    a[i] = c * x + s * y;
    b[i] = c * y - s * x;
  }
}
