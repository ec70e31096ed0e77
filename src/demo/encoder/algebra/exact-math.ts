const view = new DataView(new ArrayBuffer(8));

/**
 * Binary logarithm of a positive normal number, to about 1e-15. Made of the four operations that IEEE 754
 * defines to the last bit, so that it is the same on every machine, which Math.log2 does not promise.
 * log2 m = 2/ln 2 · artanh((m−1)/(m+1)) for the mantissa m in [√½, √2).
 */
export function exactLog2(value: number): number {
  view.setFloat64(0, value);
  let exponent = (view.getUint16(0) >> 4) - 1023;
  view.setUint16(0, (view.getUint16(0) & 0x800f) | 0x3ff0);
  let mantissa = view.getFloat64(0);
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent += 1;
  }
  const ratio = (mantissa - 1) / (mantissa + 1);
  const square = ratio * ratio;
  let series = 0;
  for (let term = 27; term >= 1; term -= 2) series = series * square + 1 / term;
  return exponent + 2 * Math.LOG2E * ratio * series;
}
