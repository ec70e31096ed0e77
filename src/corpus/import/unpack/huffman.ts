import type { BitReader } from './bit-reader.ts';

/** Codes are 1 to 20 bits long. */
export const LONGEST_CODE = 20;
/** Codes of at most so many bits are looked up at once. */
const QUICK_BITS = 10;

/** A canonical Huffman code. */
export interface HuffmanTable {
  /** For the next ten bits: symbol · 32 + length of its code; 0 for a longer code. */
  readonly quick: Uint16Array;
  /** The largest code of each length; −1 where there is none. */
  readonly limits: Int32Array;
  /** What is taken off a code of each length to get its place in `symbols`. */
  readonly bases: Int32Array;
  readonly symbols: Uint16Array;
}

/** Makes the code of symbols 0 … n − 1 from the length of each. */
export function huffmanTable(lengths: readonly number[]): HuffmanTable {
  const limits = new Int32Array(LONGEST_CODE + 1).fill(-1);
  const bases = new Int32Array(LONGEST_CODE + 1);
  const symbols = new Uint16Array(lengths.length);
  const quick = new Uint16Array(1 << QUICK_BITS);
  let placed = 0;
  let code = 0;
  for (let length = 1; length <= LONGEST_CODE; length++) {
    code *= 2;
    bases[length] = code - placed;
    for (const [symbol, own] of lengths.entries()) {
      if (own !== length) continue;
      if (length <= QUICK_BITS) {
        const spare = QUICK_BITS - length;
        quick.fill(symbol * 32 + length, code << spare, (code + 1) << spare);
      }
      symbols[placed++] = symbol;
      limits[length] = code++;
    }
  }
  return { quick, limits, bases, symbols };
}

/** Reads one symbol. @throws RangeError for a code that is not in the table */
export function nextSymbol(
  { quick, limits, bases, symbols }: HuffmanTable,
  reader: BitReader,
): number {
  const ahead = reader.peek(LONGEST_CODE);
  const found = quick[ahead >> (LONGEST_CODE - QUICK_BITS)] ?? 0;
  if (found !== 0) {
    reader.skip(found & 31);
    return found >> 5;
  }
  for (let length = QUICK_BITS + 1; length <= LONGEST_CODE; length++) {
    const code = ahead >> (LONGEST_CODE - length);
    if (code > (limits[length] ?? -1)) continue;
    reader.skip(length);
    const symbol = symbols[code - (bases[length] ?? 0)];
    if (symbol !== undefined) return symbol;
    break;
  }
  throw new RangeError('a code is in no table');
}
