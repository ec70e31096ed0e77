import { SAME_DIRECTION } from '../../metrics/thresholds.ts';
import { type VectorParity, vectorParity } from '../../metrics/vectors/embedding-parity.ts';
import type { Side } from '../../record/types.ts';

/** How the embeddings of one text compare; null where a side gave none. */
export interface TextParity {
  readonly text: string;
  readonly parity: VectorParity | null;
  /** Equal to the bit after each is brought to length 1 and rounded to float32. */
  readonly bitEqualNormalised: boolean;
  /** Cosine of each side with the reference model; null without one. */
  readonly reference: Readonly<Record<Side, number | null>> | null;
}

/** Compares two embeddings of one text with each other and with a reference; null where there is none. */
export function textParity(
  text: string,
  a: Float32Array | null,
  b: Float32Array | null,
  reference: Float32Array | null,
): TextParity {
  const towards = (side: Float32Array | null): number | null =>
    compared(side, reference)?.cosine ?? null;
  return {
    text,
    parity: compared(a, b),
    bitEqualNormalised: a !== null && b !== null && sameBits(ofLengthOne(a), ofLengthOne(b)),
    reference: reference === null ? null : { incumbent: towards(a), candidate: towards(b) },
  };
}

/** Two vectors of one dimension; null where one is missing or the dimensions differ. */
export function compared(a: Float32Array | null, b: Float32Array | null): VectorParity | null {
  return a === null || b === null || a.length !== b.length ? null : vectorParity(a, b);
}

/** Whether the direction is the same; two zero vectors have none, and are the same nevertheless. */
export function isSame(parity: VectorParity | null): boolean {
  if (parity === null) return false;
  return parity.cosine === null ? parity.bitEqual : parity.cosine >= SAME_DIRECTION;
}

function ofLengthOne(vector: Float32Array): Float32Array {
  const length = Math.sqrt(squares(vector));
  return length === 0 ? vector : vector.map((value) => value / length);
}

/** The euclidean length with three decimals, as it is shown. */
export function lengthText(vector: Float32Array): string {
  return Math.sqrt(squares(vector)).toFixed(3);
}

function squares(vector: Float32Array): number {
  let sum = 0;
  for (const value of vector) sum += value * value;
  return sum;
}

function sameBits(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, at) => Object.is(value, b[at]));
}

/** The least of some numbers; infinite where there are none. */
export function smallest(values: readonly number[]): number {
  return values.reduce((best, value) => Math.min(best, value), Number.POSITIVE_INFINITY);
}

/** The greatest of some numbers; minus infinite where there are none. */
export function largest(values: readonly number[]): number {
  return values.reduce((best, value) => Math.max(best, value), Number.NEGATIVE_INFINITY);
}
