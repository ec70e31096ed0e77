/** A vector after a round trip through 8 bits: symmetric, 127 steps to its greatest component. */
export function toInt8(vector: Float32Array): Float32Array {
  const greatest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (greatest === 0) return vector;
  const step = greatest / 127;
  return vector.map((value) => Math.round(value / step) * step);
}

/** A vector after a round trip through IEEE 754 binary16, to the nearest value, ties to even. */
export function toFloat16(vector: Float32Array): Float32Array {
  return vector.map((value) => {
    const magnitude = Math.abs(value);
    if (magnitude === 0) return value;
    const step = 2 ** (Math.max(-14, Math.floor(Math.log2(magnitude))) - 10);
    const steps = magnitude / step;
    const down = Math.floor(steps);
    const rest = steps - down;
    const up = rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? 1 : 0;
    return Math.sign(value) * Math.min((down + up) * step, 65_504);
  });
}
