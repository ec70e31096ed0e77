import { applyOperation, type FieldOperation } from '../../../wire/field-mapping.ts';
import { DOUBLE_TOLERANCE, sameValue } from './same-value.ts';

/** One value of each side that belong together. */
export interface ValuePair {
  readonly incumbent: unknown;
  readonly candidate: unknown;
}

/** Scores and vectors come as float32, and through decimal digits. */
export const TOLERANCE = 2e-6;

/** The cheapest operation that gives all but a hundredth of the values; null where none does. */
export function fitOperation(pairs: readonly ValuePair[]): FieldOperation | null {
  if (pairs.length === 0) return null;
  for (const operation of proposals(pairs)) {
    if (agreement(operation, pairs) >= 0.99) return operation;
  }
  return null;
}

/** Share of the pairs in which the operation gives the incumbent's value from the candidate's. */
export function agreement(operation: FieldOperation, pairs: readonly ValuePair[]): number {
  if (pairs.length === 0) return 0;
  return pairs.filter((pair) => holds(operation, pair)).length / pairs.length;
}

/** Whether the operation gives the incumbent's value. */
export function holds(operation: FieldOperation, { incumbent, candidate }: ValuePair): boolean {
  if (operation.kind === 'l2-normalised') {
    return sameValue(applyOperation({ kind: 'l2-normalise' }, incumbent), candidate, TOLERANCE);
  }
  const made = applyOperation(operation, candidate);
  if (made === undefined) return false;
  if (operation.kind === 'epoch-to-iso' && typeof incumbent === 'string') {
    // The same moment may be written with or without milliseconds and with another offset.
    return Date.parse(incumbent) === Date.parse(String(made));
  }
  // Noise of float32 in a line between whole numbers would take any numbers of about one size for one another.
  const whole = Number.isInteger(incumbent) && Number.isInteger(candidate);
  return sameValue(incumbent, made, whole ? DOUBLE_TOLERANCE : TOLERANCE);
}

function* proposals(pairs: readonly ValuePair[]): Generator<FieldOperation> {
  yield { kind: 'identity' };
  const first = pairs.find(({ candidate }) => candidate !== undefined && candidate !== null);
  if (first === undefined) return;
  const { incumbent: a, candidate: b } = first;
  if (typeof a === 'number' && typeof b === 'number') {
    yield* affine(pairs);
  }
  if (isNumbers(a) && isNumbers(b)) {
    yield { kind: 'l2-normalise' };
    yield { kind: 'l2-normalised' };
  }
  if (typeof a === 'string' && typeof b === 'string') {
    if (a.endsWith(b)) yield { kind: 'add-prefix', prefix: a.slice(0, a.length - b.length) };
    if (b.endsWith(a)) yield { kind: 'strip-prefix', prefix: b.slice(0, b.length - a.length) };
  }
  if (typeof a === 'string' && typeof b === 'number') {
    yield { kind: 'epoch-to-iso', unitMs: 1 };
    yield { kind: 'epoch-to-iso', unitMs: 1000 };
    yield { kind: 'number-to-string' };
  }
  if (typeof a === 'number' && typeof b === 'string') {
    yield { kind: 'iso-to-epoch', unitMs: 1 };
    yield { kind: 'iso-to-epoch', unitMs: 1000 };
    yield { kind: 'string-to-number' };
  }
  if (Array.isArray(a) && !Array.isArray(b)) yield { kind: 'wrap' };
  if (Array.isArray(b) && !Array.isArray(a)) yield { kind: 'unwrap' };
  if (typeof a === 'number' && (Array.isArray(b) || typeof b === 'string')) {
    yield { kind: 'length-of' };
  }
}

/**
 * The line through the two points that lie farthest apart, with few digits first: float32 noise over a narrow
 * range tilts a line. It needs a third point to say anything.
 */
function* affine(pairs: readonly ValuePair[]): Generator<FieldOperation> {
  const points = pairs.flatMap(({ incumbent: y, candidate: x }) =>
    typeof x === 'number' && typeof y === 'number' ? [{ x, y }] : [],
  );
  if (new Set(points.map(({ x }) => x)).size < 3) return;
  let low = points[0];
  let high = points[0];
  for (const point of points) {
    if (low === undefined || point.x < low.x) low = point;
    if (high === undefined || point.x > high.x) high = point;
  }
  if (low === undefined || high === undefined || high.x === low.x) return;
  const steep = (high.y - low.y) / (high.x - low.x);
  for (const digits of [2, 4, 17]) {
    const slope = Number(steep.toPrecision(digits));
    if (slope === 0) continue;
    const exact = points.reduce((sum, { x, y }) => sum + y - slope * x, 0) / points.length;
    const round = Number(exact.toFixed(4));
    const intercept = Math.abs(round - exact) <= TOLERANCE ? round : exact;
    yield { kind: 'affine', slope, intercept };
  }
}

function isNumbers(value: unknown): boolean {
  const row: unknown = Array.isArray(value) && Array.isArray(value[0]) ? value[0] : value;
  return Array.isArray(row) && row.length > 1 && row.every((x) => typeof x === 'number');
}
