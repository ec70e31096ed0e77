import { TIE_EPSILON } from '../../../metrics/ranking/tie-aware-recall.ts';
import { float32Bound } from '../float32/bound.ts';

const U64 = 2 ** -53;

/** What the float32 arithmetic of the scan can lose, on the scale of a cosine: see `scanLimits`. */
const SCAN_ROUNDING = 20 * 2 ** -24;

/**
 * What every float64 step around the filter can lose, on the scale of a cosine: normalising a row and a
 * query (each entry by (d/2 + 4) u at most), their residual norms, and `dot` with `cosineOf`; u = 2⁻⁵³.
 * The first order sums to less than (4d + 32) u; half as much again covers the factors near 1.
 */
function float64Rounding(dimension: number): number {
  return 6 * (dimension + 8) * U64;
}

/**
 * How far the cosine of a row and a query can lie from the product of their integer forms.
 *
 * With x and q of unit length, x̂ = s·c and q̂ = t·e their integer forms (s, t float32, c, e integers)
 * and residual norms r ≥ ‖x − x̂‖ and e ≥ ‖q − q̂‖, by the Cauchy–Schwarz inequality
 *
 *   |q·x − q̂·x̂| = |q·(x − x̂) + (q − q̂)·x̂| ≤ ‖q‖ r + e ‖x̂‖ ≤ r + e (1 + r).
 *
 * q̂·x̂ = s t Σ c e is exact: Σ c e is summed in integers that cannot overflow. The scales carry no
 * error of their own: integers and residuals are taken after s and t have been rounded to float32.
 */
export function integerBound(
  rowResidual: number,
  queryResidual: number,
  dimension: number,
): number {
  return rowResidual + queryResidual * (1 + rowResidual) + float64Rounding(dimension);
}

/** What the scan compares for one query. */
export interface ScanLimits {
  /** A: a row is kept where float32(product) · s + B · r ≥ A; −Infinity keeps every row. */
  readonly floor: number;
  /** B. */
  readonly slope: number;
}

/**
 * The scan's limits for one query, such that no row whose cosine is at least `threshold` − ε is dropped.
 *
 * A row must be kept where s t p + r (1 + e) + e + δ ≥ threshold − ε, with p = Σ c e. Divided by t > 0:
 * p s + r B ≥ A, where B = (1 + e) / t and A = (threshold − ε − e − δ) / t. A is rounded down to float32
 * and B up. The scan rounds p to float32, and rounds both products and their sum: with u = 2⁻²⁴ the
 * result differs from p s + r B by at most 3.01 u (|p s| + r B). Times t that is at most
 * 3.01 u (‖q̂‖ ‖x̂‖ + r (1 + e)) ≤ 3.01 u (4 + 2) < 20 u, since rounding to the nearest integer takes
 * no entry further away than 0 and so r ≤ ‖x‖, ‖x̂‖ ≤ 2 and e, ‖q̂‖ likewise. δ holds these 20 u and the
 * float64 rounding. Underflow plays no part: s and t are at least 1 / (32,767 √d).
 *
 * @param threshold a lower bound of the k-th cosine; −Infinity where there is none yet
 * @param queryScale t
 * @param queryResidual e
 * @param share 1; see `EngineTuning.boundShare`
 */
export function scanLimits(
  threshold: number,
  queryScale: number,
  queryResidual: number,
  dimension: number,
  share: number,
): ScanLimits {
  const slack = queryResidual + float64Rounding(dimension) + SCAN_ROUNDING;
  const floor = (threshold - TIE_EPSILON - slack * share) / queryScale;
  return {
    floor: float32Below(floor),
    slope: float32Above(((1 + queryResidual) * share) / queryScale),
  };
}

/**
 * A lower bound of the cosine of a row with float32(product) · s − B · r ≥ `reach`, B as in `scanLimits`.
 *
 * By `integerBound` the cosine is at least s t p − r (1 + e) − e − δ ≥ t (p s − r B) − e − δ. The float32
 * arithmetic is the scan's, with the same bound.
 *
 * @param queryScale t
 * @param queryResidual e
 * @param share 1; see `EngineTuning.boundShare`
 */
export function cosineAtLeast(
  reach: number,
  queryScale: number,
  queryResidual: number,
  dimension: number,
  share: number,
): number {
  const slack = queryResidual + float64Rounding(dimension) + SCAN_ROUNDING;
  return reach * queryScale - slack * share;
}

/** Norms between which no float32 product of two rows overflows, and underflow loses nothing to speak of. */
const PLAIN_NORM = 2 ** 40;

/**
 * A norm to refine by, in float32: NaN, by which every pair is kept, where float32 products of the
 * row's own values could leave the range of float32.
 */
export function refineNorm(square: number): number {
  const norm = Math.sqrt(square);
  return norm >= 1 / PLAIN_NORM && norm <= PLAIN_NORM ? norm : Number.NaN;
}

/**
 * The floor that a float32 inner product y·x is held against, as a multiple of ‖x‖: rows below it have
 * a cosine below `threshold` − ε.
 *
 * Whatever the order of summation, fl(y·x) differs from y·x by at most γ_d ‖x‖ ‖y‖ (see
 * `float32Bound`, which also covers the float64 rounding of the cosine); rounding the floor, the norm
 * and their product to float32 costs less than 8 · 2⁻²⁴ ‖x‖ ‖y‖, and underflow less than d · 2⁻⁶⁰.
 *
 * @param square squared norm of the query
 */
export function refineFloor(
  threshold: number,
  square: number,
  dimension: number,
  share: number,
): number {
  const bound = float32Bound(dimension) + 8 * 2 ** -24 + dimension * 2 ** -60;
  return (threshold - TIE_EPSILON - bound * share) * refineNorm(square);
}

const single = new Float32Array(1);
const bits = new Int32Array(single.buffer);

/** A float32 that is not above a number, at most one step away from it. */
function float32Below(value: number): number {
  return -float32Above(-value);
}

/** A float32 that is not below a number, at most one step away from it. */
export function float32Above(value: number): number {
  single[0] = value;
  if ((single[0] as number) >= value) return single[0] as number;
  // Neighbouring float32 values have neighbouring bit patterns, rising with the magnitude.
  if (single[0] === 0) return 2 ** -149;
  bits[0] = (bits[0] as number) + (value > 0 ? 1 : -1);
  return single[0] as number;
}
