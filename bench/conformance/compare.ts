/** How numbers are compared: within either tolerance, or exactly for the named fields. */
export interface SuiteTolerance {
  readonly abs_tol: number;
  readonly rel_tol: number;
  readonly exact_fields: readonly string[];
}

/** One place where a result is not what was expected. */
export interface Mismatch {
  /** Path of the field, e.g. `a.ext` or `cos[2]`. */
  readonly field: string;
  readonly got: unknown;
  readonly expected: unknown;
}

/**
 * Every field of `expected` that `got` does not meet; fields that are only in `got` are of no account.
 *
 * A number passes if |got − expected| ≤ abs_tol or ≤ rel_tol · |expected|; null is met by null alone.
 */
export function mismatches(
  got: Readonly<Record<string, unknown>>,
  expected: Readonly<Record<string, unknown>>,
  tolerance: SuiteTolerance,
): Mismatch[] {
  const found: Mismatch[] = [];
  for (const [field, value] of Object.entries(expected)) {
    const exact = tolerance.exact_fields.includes(field);
    compare(field, got[field], value, exact ? null : tolerance, found);
  }
  return found;
}

function compare(
  field: string,
  got: unknown,
  expected: unknown,
  tolerance: SuiteTolerance | null,
  found: Mismatch[],
): void {
  if (Array.isArray(expected)) {
    if (!Array.isArray(got) || got.length !== expected.length) {
      found.push({ field, got, expected });
      return;
    }
    for (const [at, value] of expected.entries()) {
      compare(`${field}[${at}]`, got[at], value, tolerance, found);
    }
  } else if (isRecord(expected)) {
    for (const [key, value] of Object.entries(expected)) {
      compare(`${field}.${key}`, isRecord(got) ? got[key] : undefined, value, tolerance, found);
    }
  } else if (!sameScalar(got, expected, tolerance)) {
    found.push({ field, got, expected });
  }
}

function sameScalar(got: unknown, expected: unknown, tolerance: SuiteTolerance | null): boolean {
  if (got === expected) return true;
  if (tolerance === null || typeof got !== 'number' || typeof expected !== 'number') return false;
  const off = Math.abs(got - expected);
  return off <= tolerance.abs_tol || off <= tolerance.rel_tol * Math.abs(expected);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
