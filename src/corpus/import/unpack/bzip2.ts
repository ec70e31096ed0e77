import { BitReader } from './bit-reader.ts';
import { Checksum } from './checksum.ts';
import { type HuffmanTable, huffmanTable, LONGEST_CODE, nextSymbol } from './huffman.ts';

/** A packed block is never longer: 900,000 bytes that nothing could be saved on, and its tables. */
const MOST_BLOCK_BYTES = 1_300_000;
const PIECE_BYTES = 1 << 20;
const SYMBOLS_PER_TABLE = 50;

/**
 * Unpacks bzip2 (Seward), block by block; files of several streams, as pbzip2 writes them, are read on.
 *
 * @param next gives the next packed bytes, null at the end
 * @throws RangeError where the bytes are no bzip2, are cut short, or differ from their checksum
 */
export async function* bunzip2(next: () => Promise<Uint8Array | null>): AsyncGenerator<Uint8Array> {
  const reader = new BitReader(next);
  do {
    await reader.ensure(4);
    if (reader.bits(16) !== 0x425a || reader.bits(8) !== 0x68) throw new RangeError('no bzip2');
    const level = reader.bits(8) - 0x30;
    if (!(level >= 1 && level <= 9)) throw new RangeError('no bzip2');
    let streamSum = 0;
    for (;;) {
      await reader.ensure(MOST_BLOCK_BYTES);
      const mark = [reader.bits(16), reader.bits(16), reader.bits(16)].join();
      const expected = reader.word();
      if (mark === END_MARK) {
        if (expected !== streamSum) throw new RangeError('its checksum differs');
        break;
      }
      if (mark !== BLOCK_MARK) throw new RangeError('a block does not begin where it should');
      const sum = new Checksum();
      for (const piece of unpacked(readBlock(reader, level * 100_000))) {
        sum.add(piece);
        yield piece;
      }
      if (sum.value() !== expected) throw new RangeError('the checksum of a block differs');
      streamSum = (((streamSum << 1) | (streamSum >>> 31)) ^ expected) >>> 0;
    }
    reader.align();
  } while (!(await reader.atEnd()));
}

/** The digits of π and of its square root, which begin a block and the end of a stream. */
const BLOCK_MARK = [0x3141, 0x5926, 0x5359].join();
const END_MARK = [0x1772, 0x4538, 0x5090].join();

/** A block before its inverse Burrows–Wheeler transform: the last column, and the row of the text. */
interface Block {
  readonly column: Uint8Array;
  readonly origin: number;
}

function readBlock(reader: BitReader, capacity: number): Block {
  if (reader.bits(1) === 1) throw new RangeError('a block is of a kind that was given up in 1997');
  const origin = reader.bits(8) * 0x1_0000 + reader.bits(16);
  const bytes = bytesInUse(reader);
  const tables = reader.bits(3);
  if (tables < 2 || tables > 6 || bytes.length === 0) throw damagedTables();
  const selectors = readSelectors(reader, tables);
  const huffman = Array.from({ length: tables }, () => readTable(reader, bytes.length + 2));
  const column = readColumn(reader, { capacity, bytes, selectors, huffman });
  if (origin >= column.length) throw new RangeError('a block points outside of itself');
  return { column, origin };
}

function bytesInUse(reader: BitReader): Uint8Array {
  const groups = reader.bits(16);
  const bytes: number[] = [];
  for (let group = 0; group < 16; group++) {
    if (((groups >> (15 - group)) & 1) === 0) continue;
    const members = reader.bits(16);
    for (let at = 0; at < 16; at++) {
      if (((members >> (15 - at)) & 1) === 1) bytes.push(group * 16 + at);
    }
  }
  return Uint8Array.from(bytes);
}

/** Which table holds for each 50 symbols, move-to-front coded in unary. */
function readSelectors(reader: BitReader, tables: number): number[] {
  const count = reader.bits(15);
  const order = Uint8Array.from({ length: tables }, (_, table) => table);
  return Array.from({ length: count }, () => {
    let place = 0;
    while (reader.bits(1) === 1) place++;
    return toFront(order, place);
  });
}

function readTable(reader: BitReader, symbols: number): HuffmanTable {
  let length = reader.bits(5);
  const lengths = Array.from({ length: symbols }, () => {
    while (reader.bits(1) === 1) length += reader.bits(1) === 0 ? 1 : -1;
    if (length < 1 || length > LONGEST_CODE) throw damagedTables();
    return length;
  });
  return huffmanTable(lengths);
}

function readColumn(
  reader: BitReader,
  {
    capacity,
    bytes,
    selectors,
    huffman,
  }: {
    readonly capacity: number;
    readonly bytes: Uint8Array;
    readonly selectors: readonly number[];
    readonly huffman: readonly HuffmanTable[];
  },
): Uint8Array {
  const column = new Uint8Array(capacity);
  const end = bytes.length + 1;
  let filled = 0;
  let repeat = 0;
  let weight = 1;
  let table: HuffmanTable | undefined;
  for (let read = 0; ; read++) {
    if (read % SYMBOLS_PER_TABLE === 0) table = huffman[selectors[read / SYMBOLS_PER_TABLE] ?? -1];
    if (table === undefined) throw damagedTables();
    const symbol = nextSymbol(table, reader);
    if (symbol < 2) {
      // A run of the byte in front, its length in digits of 1 and 2.
      repeat += weight * (symbol + 1);
      weight *= 2;
      if (filled + repeat > capacity) throw new RangeError('a block is longer than it may be');
      continue;
    }
    column.fill(bytes[0] ?? 0, filled, filled + repeat);
    filled += repeat;
    repeat = 0;
    weight = 1;
    if (symbol === end) return column.subarray(0, filled);
    if (filled >= capacity) throw new RangeError('a block is longer than it may be');
    column[filled++] = toFront(bytes, symbol - 1);
  }
}

function toFront(order: Uint8Array, place: number): number {
  const value = order[place];
  if (value === undefined) throw damagedTables();
  order.copyWithin(1, 0, place);
  order[0] = value;
  return value;
}

/** The text of a block: the transform undone, then runs (four equal bytes and a count of more). */
function* unpacked({ column, origin }: Block): Generator<Uint8Array> {
  const starts = new Uint32Array(257);
  for (const byte of column) starts[byte + 1] = (starts[byte + 1] ?? 0) + 1;
  for (let byte = 1; byte < 257; byte++) {
    starts[byte] = (starts[byte] ?? 0) + (starts[byte - 1] ?? 0);
  }
  const follows = new Uint32Array(column.length);
  for (let row = 0; row < column.length; row++) {
    const byte = column[row] ?? 0;
    const place = starts[byte] ?? 0;
    follows[place] = row;
    starts[byte] = place + 1;
  }
  let piece = new Uint8Array(PIECE_BYTES);
  let filled = 0;
  let row = follows[origin] ?? 0;
  let run = 0;
  let before = -1;
  for (let left = column.length; left > 0; left--) {
    const byte = column[row] ?? 0;
    row = follows[row] ?? 0;
    const count = run === 4 ? byte : 1;
    if (filled + count > PIECE_BYTES) {
      yield piece.subarray(0, filled);
      piece = new Uint8Array(PIECE_BYTES);
      filled = 0;
    }
    if (run === 4) {
      piece.fill(before, filled, filled + count);
      run = 0;
      before = -1;
    } else {
      piece[filled] = byte;
      run = byte === before ? run + 1 : 1;
      before = byte;
    }
    filled += count;
  }
  yield piece.subarray(0, filled);
}

function damagedTables(): RangeError {
  return new RangeError('the tables of a block are damaged');
}
