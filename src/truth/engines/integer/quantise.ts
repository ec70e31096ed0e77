import { float32Above } from './bound.ts';

/** How rows and queries become integers. */
export interface Quantisation {
  /** Largest magnitude of an integer. */
  readonly limit: number;
  /** Whether each row has a scale that brings its largest entry to `limit`, or all have 1 / `limit`. */
  readonly ownScale: boolean;
}

/** u8 with its zero at 128 for rows, s8 for queries. */
export const EIGHT_BITS: Quantisation = { limit: 127, ownScale: true };

/**
 * s16 with one scale for all: entries of a unit row are at most 1, and its integers have a norm of at
 * most 32,700 + √d / 2, so that no inner product, nor any part of one, leaves 31 bits at 65,536
 * dimensions (Cauchy–Schwarz: 32,828² < 2³¹).
 */
export const SIXTEEN_BITS: Quantisation = { limit: 32_700, ownScale: false };

/** Adding and subtracting it rounds a float64 below 2⁵¹ to the nearest integer. */
const ROUND = 1.5 * 2 ** 52;

/** A quantised row: x ≈ scale · codes, with ‖x − scale · codes‖ ≤ residual; both are float32 values. */
export interface QuantisedRow {
  readonly scale: number;
  readonly residual: number;
}

/**
 * Normalises one row in float64 and rounds it to integers. Finite float32 rows of any magnitude,
 * denormal ones too, lose nothing by it: their squares are normal numbers in float64.
 *
 * @param square squared norm of the row, above 0
 * @param codes receives as many integers as the row has values
 */
export function quantiseRow(
  { limit, ownScale }: Quantisation,
  row: Float32Array,
  square: number,
  codes: Int16Array,
): QuantisedRow {
  const dimension = row.length;
  const inverse = 1 / Math.sqrt(square);
  let largest = 1;
  if (ownScale) {
    largest = 0;
    for (let t = 0; t < dimension; t++) {
      const magnitude = Math.abs(row[t] as number);
      if (magnitude > largest) largest = magnitude;
    }
    largest *= inverse;
  }
  // Rounded up, so that no entry leaves ±limit: the integers are taken with the rounded scale.
  const scale = float32Above(largest / limit);
  const perUnit = 1 / scale;
  let sum = 0;
  for (let t = 0; t < dimension; t++) {
    const value = (row[t] as number) * inverse;
    const code = value * perUnit + ROUND - ROUND;
    codes[t] = code;
    const rest = value - code * scale;
    sum += rest * rest;
  }
  // 2⁻²⁴ is far above what the sum and the root can lose: (d + 4) · 2⁻⁵³.
  return { scale, residual: float32Above(Math.sqrt(sum) * (1 + 2 ** -24)) };
}
