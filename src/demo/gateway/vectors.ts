/**
 * The unit vector of the same direction: norm in float64, result in float32; a zero vector stays zero.
 */
export function unitVector(vector: ArrayLike<number>): Float32Array {
  let squares = 0;
  for (let i = 0; i < vector.length; i++) squares += (vector[i] ?? 0) ** 2;
  const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
  const unit = new Float32Array(vector.length);
  for (let i = 0; i < vector.length; i++) unit[i] = (vector[i] ?? 0) * scale;
  return unit;
}

/** The inner product in float64 of two vectors of one length. */
export function dotProduct(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** The squared euclidean distance in float64 of two vectors of one length. */
export function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return sum;
}

/** Whether every component is a finite number of float32 range. */
export function isFiniteVector(vector: ArrayLike<number>): boolean {
  for (let i = 0; i < vector.length; i++) {
    if (!Number.isFinite(Math.fround(vector[i] ?? Number.NaN))) return false;
  }
  return true;
}

/**
 * A float32 vector as a JSON array. Nine significant digits name every float32 apart, at a little
 * over half the bytes of the float64 digits.
 */
export function vectorToJson(vector: Float32Array): string {
  const parts = new Array<string>(vector.length);
  for (let i = 0; i < vector.length; i++) parts[i] = `${Number((vector[i] ?? 0).toPrecision(9))}`;
  return `[${parts.join(',')}]`;
}
