import {
  CompressionType,
  compressionRegistry,
  FixedSizeBinary,
  RecordBatchFileWriter,
  Table,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { lz4Block, lz4Frame } from '../../../src/corpus/import/confined/lz4.ts';
import { importAndRead } from './harness.ts';
import { DIMENSION, ROWS, rowLists } from './tiny-files.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const text = (of: Uint8Array): string => Buffer.from(of).toString('latin1');

/** A length beyond 14, as the format writes it. */
function lengthBytes(length: number): number[] {
  const more: number[] = [];
  let left = length - 15;
  for (; left >= 255; left -= 255) more.push(255);
  return [...more, left];
}

/** One block of literals alone: what a packer makes of data without repetition. */
function literals(data: Uint8Array): Uint8Array {
  const { length } = data;
  const head = length < 15 ? [length << 4] : [0xf0, ...lengthBytes(length)];
  return Uint8Array.from([...head, ...data]);
}

/** A frame of one block, with the size of its content. */
function frame(data: Uint8Array): Uint8Array {
  const block = literals(data);
  const view = new DataView(new ArrayBuffer(19));
  view.setUint32(0, 0x184d2204, true);
  view.setUint8(4, 0x68);
  view.setUint8(5, 0x70);
  view.setBigUint64(6, BigInt(data.length), true);
  view.setUint32(15, block.length, true);
  return Uint8Array.from([...new Uint8Array(view.buffer), ...block, 0, 0, 0, 0]);
}

const VECTORS = rowLists().map((row) => new Uint8Array(Float32Array.from(row).buffer));

describe('LZ4', () => {
  it('copies what was unpacked before, also what it is unpacking', () => {
    const repeated = bytes(0x35, 97, 98, 99, 3, 0, 0x10, 100);
    expect(text(lz4Block(repeated, 13))).toBe('abcabcabcabcd');
    const long = bytes(0x1f, 97, 1, 0, ...lengthBytes(15 + 600), 0x10, 98);
    expect(text(lz4Block(long, 621))).toBe(`${'a'.repeat(620)}b`);
  });

  it('takes long literals, and blocks of a frame that are not packed', () => {
    const data = Buffer.from(`${'x'.repeat(300)}end`);
    expect(text(lz4Block(literals(data), 303))).toBe(data.toString());
    expect(text(lz4Frame(frame(data)))).toBe(data.toString());
    const plain = Uint8Array.from([
      ...frame(bytes()).subarray(0, 15),
      3,
      0,
      0,
      0x80,
      97,
      98,
      99,
      0,
      0,
      0,
      0,
    ]);
    // The frame says how much it unpacks to.
    expect(() => lz4Frame(plain)).toThrow(RangeError);
    plain[6] = 3;
    expect(text(lz4Frame(plain))).toBe('abc');
  });

  it.each([
    ['a copy from before the beginning', bytes(0x10, 97, 9, 0, 0x10, 98), 8],
    ['a length that is cut off', bytes(0xf0), 20],
    ['literals that are cut off', bytes(0x50, 97), 5],
    ['another size than it says', bytes(0x10, 97), 2],
  ])('refuses %s', (_, packed, size) => {
    expect(() => lz4Block(packed, size)).toThrow(RangeError);
  });

  it('is read in Parquet, as LZ4_RAW', async () => {
    const file = parquetWriteBuffer({
      codec: 'LZ4_RAW',
      compressors: { LZ4_RAW: (page: Uint8Array) => literals(page) },
      columnData: [
        { name: 'id', data: rowLists().map((_, row) => `r${row}`), type: 'STRING' },
        { name: 'text', data: rowLists().map((_, row) => `text ${row}`), type: 'STRING' },
        { name: 'vector', data: rowLists() },
      ],
    });
    const { corpus, vectors } = await importAndRead({
      'documents.parquet': new Uint8Array(file),
      'queries.parquet': new Uint8Array(file),
    });
    expect(corpus.collections[0]?.documents[4]?.text).toBe('text 4');
    expect(vectors?.documents.values).toEqual(ROWS);
  });

  it.each([
    ['packed by LZ4', CompressionType.LZ4_FRAME],
    ['not packed', null],
  ])(
    'is read in Arrow, where byte arrays of a fixed length are vectors: %s',
    async (_, compressionType) => {
      compressionRegistry.set(CompressionType.LZ4_FRAME, { encode: frame, decode: lz4Frame });
      const table = new Table({
        id: vectorFromArray(
          rowLists().map((__, row) => `r${row}`),
          new Utf8(),
        ),
        vector: vectorFromArray(VECTORS, new FixedSizeBinary(4 * DIMENSION)),
      });
      const writer = new RecordBatchFileWriter({ compressionType });
      writer.writeAll(table.batches);
      writer.finish();
      const file = await writer.toUint8Array();
      const { vectors } = await importAndRead({ 'documents.arrow': file, 'queries.arrow': file });
      expect(vectors?.documents.ids).toEqual([
        'documents/r0',
        'documents/r1',
        'documents/r2',
        'documents/r3',
        'documents/r4',
      ]);
      expect(vectors?.documents.values).toEqual(ROWS);
    },
  );
});
