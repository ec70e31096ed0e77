/** Beyond it float32 has no fractions: a number that has one came as a double. */
const FLOAT32_FRACTIONS = 2 ** 23;
/** A double that came through arithmetic and decimal digits, relative to its size. */
export const DOUBLE_TOLERANCE = 1e-12;

/**
 * Whether two JSON values are equal: whole numbers exactly, since they count, name or date something; others
 * to within `tolerance` of their size (absolute below 1), and beyond 2^23 as doubles.
 */
export function sameValue(a: unknown, b: unknown, tolerance = 1e-9): boolean {
  if (typeof a === 'number' && typeof b === 'number') {
    if (a === b) return true;
    if (Number.isInteger(a) && Number.isInteger(b)) return false;
    const size = Math.max(1, Math.abs(a), Math.abs(b));
    const share = size < FLOAT32_FRACTIONS ? tolerance : Math.min(tolerance, DOUBLE_TOLERANCE);
    return Math.abs(a - b) <= share * size;
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((value, at) => sameValue(value, b[at], tolerance));
  }
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && sameValue(a[key], b[key], tolerance))
    );
  }
  return a === b;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
