import { counted } from '../../counted.ts';

/** Which documents of one block the queries of one block may find. */
export interface FilterMasks {
  readonly rowCount: number;
  readonly queryCount: number;
  /** One byte a document, non-zero where the query may find it; null: all. The same array for the same filter. */
  readonly of: (query: number) => Uint8Array | null;
}

const MAGIC = 0x4d_41_53_4b;
const HEAD_WORDS = 4;

/** Masks as bytes: four 32-bit counts, the number of each query's mask (−1: none), then one byte a row and mask. */
export function encodeMasks({ rowCount, queryCount, of }: FilterMasks): Uint8Array {
  const masks: Uint8Array[] = [];
  const numbers = new Map<Uint8Array, number>();
  const numberOf = new Int32Array(queryCount).fill(-1);
  for (let query = 0; query < queryCount; query++) {
    const mask = of(query);
    if (mask === null) continue;
    const known = numbers.get(mask);
    numberOf[query] = known ?? masks.length;
    if (known !== undefined) continue;
    numbers.set(mask, masks.length);
    masks.push(mask);
  }
  const head = (HEAD_WORDS + queryCount) * 4;
  const bytes = new Uint8Array(head + masks.length * rowCount);
  const words = new DataView(bytes.buffer);
  for (const [at, word] of [MAGIC, rowCount, queryCount, masks.length].entries()) {
    words.setUint32(at * 4, word, true);
  }
  for (const [query, number] of numberOf.entries()) {
    words.setInt32((HEAD_WORDS + query) * 4, number, true);
  }
  for (const [at, mask] of masks.entries()) bytes.set(mask, head + at * rowCount);
  return bytes;
}

/** @throws Error where the bytes are no masks of so many rows and queries. */
export function decodeMasks(bytes: Uint8Array, rowCount: number, queryCount: number): FilterMasks {
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const head = (HEAD_WORDS + queryCount) * 4;
  const found = bytes.length < head ? [] : [0, 1, 2].map((at) => words.getUint32(at * 4, true));
  const count = bytes.length < head ? 0 : words.getUint32(12, true);
  const isWhole = bytes.length === head + count * rowCount;
  if (!isWhole || found[0] !== MAGIC || found[1] !== rowCount || found[2] !== queryCount) {
    throw new Error(
      `no masks of ${counted(rowCount, 'row')} and ${counted(queryCount, 'query', 'queries')}`,
    );
  }
  const masks = Array.from({ length: count }, (_, at) =>
    bytes.subarray(head + at * rowCount, head + (at + 1) * rowCount),
  );
  return {
    rowCount,
    queryCount,
    of: (query) => masks[words.getInt32((HEAD_WORDS + query) * 4, true)] ?? null,
  };
}
