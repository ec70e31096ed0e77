/**
 * The vector nearest to a prior whose cosines with known vectors are as claimed: ridge regression in the span
 * of those vectors, solved in its dual.
 */
export function ridgeFit(
  claims: readonly { readonly vector: Float32Array; readonly claimed: number }[],
  prior: Float32Array,
  ridge: number,
): Float32Array {
  const rows = claims.map(({ vector }) => unit(vector));
  const n = rows.length;
  const gram = rows.map((a, i) => rows.map((b, j) => inner(a, b) + (i === j ? ridge : 0)));
  const right = claims.map(({ claimed }, i) => claimed - inner(rows[i] ?? prior, prior));
  const weights = solvePositive(gram, right);
  const vector = Float64Array.from(prior);
  for (let i = 0; i < n; i++) {
    const row = rows[i] ?? prior;
    const weight = weights[i] ?? 0;
    for (let at = 0; at < vector.length; at++)
      vector[at] = (vector[at] ?? 0) + weight * (row[at] ?? 0);
  }
  return Float32Array.from(vector);
}

/** Solves a symmetric positive definite system by Cholesky. */
function solvePositive(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const n = right.length;
  const lower = Array.from({ length: n }, () => new Float64Array(n));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i]?.[j] ?? 0;
      for (let at = 0; at < j; at++) sum -= (lower[i]?.[at] ?? 0) * (lower[j]?.[at] ?? 0);
      const row = lower[i];
      if (row === undefined) continue;
      row[j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / (lower[j]?.[j] ?? 1);
    }
  }
  const forward = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = right[i] ?? 0;
    for (let at = 0; at < i; at++) sum -= (lower[i]?.[at] ?? 0) * (forward[at] ?? 0);
    forward[i] = sum / (lower[i]?.[i] ?? 1);
  }
  const solution = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    let sum = forward[i] ?? 0;
    for (let at = i + 1; at < n; at++) sum -= (lower[at]?.[i] ?? 0) * (solution[at] ?? 0);
    solution[i] = sum / (lower[i]?.[i] ?? 1);
  }
  return solution;
}

/**
 * The unit vector that gives the claims as a fitted vector does: what it has in the span of the known vectors is
 * kept as it is, and only what no claim speaks of makes up the length.
 */
export function unitKeeping(
  vector: Float32Array,
  claims: readonly { readonly vector: Float32Array }[],
): Float32Array {
  const own = claims.map(({ vector: known }) => ({
    vector: known,
    claimed: inner(unit(known), vector),
  }));
  const inSpan = ridgeFit(own, new Float32Array(vector.length), 1e-9);
  const beside = vector.map((value, at) => value - (inSpan[at] ?? 0));
  const left = 1 - inner(inSpan, inSpan);
  const length = Math.sqrt(inner(beside, beside));
  if (left <= 0 || length < 1e-4) return unit(vector);
  const factor = Math.sqrt(left) / length;
  return inSpan.map((value, at) => value + factor * (beside[at] ?? 0));
}

/** Inner product of a vector with the unit vector of another. */
export function project(query: Float32Array, vector: Float32Array): number {
  return inner(unit(query), vector);
}

function inner(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

/** The vector at length 1; a zero vector stays zero. */
export function unit(vector: Float32Array): Float32Array {
  const norm = Math.sqrt(inner(vector, vector));
  return norm === 0 ? vector : vector.map((value) => value / norm);
}

/** Root of the mean square. */
export function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}
