import { importProblem } from './problem.ts';

/** A kind of number as binary files hold it, little-endian. */
export type NumberKind = 'f2' | 'f4' | 'f8' | 'i1' | 'u1' | 'i4' | 'u4' | 'i8' | 'u8';

/** Bytes a number. */
export const NUMBER_BYTES: Readonly<Record<NumberKind, number>> = {
  f2: 2,
  f4: 4,
  f8: 8,
  i1: 1,
  u1: 1,
  i4: 4,
  u4: 4,
  i8: 8,
  u8: 8,
};

/** Numbers as float32; `bytes` starts at an offset of 0 of its memory where the kind is wider than a byte. */
export function toFloat32(bytes: Buffer, kind: NumberKind): Float32Array {
  const { buffer, byteOffset, length } = bytes;
  switch (kind) {
    case 'f4':
      return new Float32Array(buffer, byteOffset, length / 4);
    case 'f8':
      return Float32Array.from(new Float64Array(buffer, byteOffset, length / 8));
    case 'f2':
      return Float32Array.from(new Uint16Array(buffer, byteOffset, length / 2), fromHalf);
    case 'i1':
      return Float32Array.from(new Int8Array(buffer, byteOffset, length));
    case 'u1':
      return Float32Array.from(bytes);
    case 'i4':
      return Float32Array.from(new Int32Array(buffer, byteOffset, length / 4));
    case 'u4':
      return Float32Array.from(new Uint32Array(buffer, byteOffset, length / 4));
    case 'i8':
      return Float32Array.from(new BigInt64Array(buffer, byteOffset, length / 8), Number);
    case 'u8':
      return Float32Array.from(new BigUint64Array(buffer, byteOffset, length / 8), Number);
  }
}

/**
 * Whole numbers as row numbers; −1 (also written as 2³² − 1 or 2⁶⁴ − 1) pads a list.
 * @param firstRow and `k` name the row in an error
 * @throws UsageError for a number that is no row number
 */
export function toRowNumbers(
  numbers: ArrayLike<number | bigint>,
  path: string,
  firstRow: number,
  k: number,
): Int32Array {
  const ids = new Int32Array(numbers.length);
  for (let at = 0; at < numbers.length; at++) {
    const raw = Number(numbers[at]);
    const id = raw === 2 ** 32 - 1 || raw === 2 ** 64 ? -1 : raw;
    if (!Number.isInteger(id) || id < -1 || id > 0x7fff_ffff) {
      throw importProblem(
        'row-number',
        `${path}: row ${firstRow + Math.floor(at / k)}`,
        `${String(numbers[at])} is no row number of a document`,
        'ground truth lists row numbers from 0, and −1 where a list is short',
      );
    }
    ids[at] = id;
  }
  return ids;
}

/** IEEE 754 binary16 to a number. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
