/**
 * Mean of the token vectors of one text: sums in float64 in the order of the tokens, then float32.
 * `values` is row-major [B, T, D]; `row` is the text's place in the batch, `count` its real tokens,
 * which come first.
 */
export function meanOfTokens(
  values: Float32Array,
  shape: { readonly tokens: number; readonly dimension: number },
  row: number,
  count: number,
): Float32Array {
  const { tokens, dimension } = shape;
  const sums = new Float64Array(dimension);
  for (let token = 0; token < count; token++) {
    const start = (row * tokens + token) * dimension;
    for (let d = 0; d < dimension; d++) sums[d] = (sums[d] ?? 0) + (values[start + d] ?? 0);
  }
  return Float32Array.from(sums, (sum) => sum / Math.max(count, 1));
}

/** The vector scaled to length 1 (norm in float64); a zero vector stays zero. */
export function unitLength(vector: Float32Array): Float32Array {
  let square = 0;
  for (const value of vector) square += value * value;
  return square === 0 ? vector : vector.map((value) => value / Math.sqrt(square));
}
