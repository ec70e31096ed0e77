import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { File, ready } from 'h5wasm/node';
import { type FileMetaData, parquetMetadata } from 'hyparquet';
import { ByteWriter, parquetWriteBuffer } from 'hyparquet-writer';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import { vectorCodec } from '../../../src/record/tables/vector-table.ts';

/** Five rows of three components, in eighths, so that float16 holds them too. */
export const ROWS = Float32Array.from({ length: 15 }, (_, i) => (i - 6) / 8);
export const DIMENSION = 3;
export const COUNT = 5;

export function joinBytes(...parts: readonly ArrayBufferView[]): Buffer {
  return Buffer.concat(
    parts.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
  );
}

/** big-ann: two counts, then the values. */
export function binFile(rows: number, width: number, ...values: ArrayBufferView[]): Buffer {
  return joinBytes(Uint32Array.of(rows, width), ...values);
}

/** TEXMEX: the width before each row. */
export function vecsFile(width: number, values: Float32Array | Int32Array | Uint8Array): Buffer {
  const parts: ArrayBufferView[] = [];
  for (let at = 0; at < values.length; at += width) {
    parts.push(Int32Array.of(width), values.slice(at, at + width));
  }
  return joinBytes(...parts);
}

/** NumPy: magic, version, header, values. */
export function npyFile(
  descr: string,
  shape: string,
  values: ArrayBufferView,
  { version = 1, fortran = false }: { version?: number; fortran?: boolean } = {},
): Buffer {
  const dictionary = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${shape}, }`;
  const lengthBytes = version === 1 ? 2 : 4;
  const padded = `${dictionary.padEnd(117 - lengthBytes + 2)}\n`;
  const head = Buffer.alloc(8 + lengthBytes);
  head.write('\u0093NUMPY', 'latin1');
  head[6] = version;
  if (version === 1) head.writeUInt16LE(padded.length, 8);
  else head.writeUInt32LE(padded.length, 8);
  return joinBytes(head, Buffer.from(padded, 'latin1'), values);
}

export function rowLists(): number[][] {
  return Array.from({ length: COUNT }, (_, row) => [
    ...ROWS.subarray(row * DIMENSION, (row + 1) * DIMENSION),
  ]);
}

export function jsonlFile(): Buffer {
  const lines = rowLists().map((vector, row) =>
    JSON.stringify({
      id: `r${row}`,
      text: `text ${row}`,
      vector,
      city: 'Lund',
      metadata: { n: row },
    }),
  );
  return Buffer.from(`${lines.join('\n')}\n`);
}

export function parquetFile(): Buffer {
  return Buffer.from(
    parquetWriteBuffer({
      columnData: [
        { name: 'id', data: rowLists().map((_, row) => `r${row}`), type: 'STRING' },
        { name: 'text', data: rowLists().map((_, row) => `text ${row}`), type: 'STRING' },
        { name: 'vector', data: rowLists() },
        { name: 'n', data: Int32Array.of(0, 1, 2, 3, 4), type: 'INT32' },
      ],
    }),
  );
}

/** A Parquet file whose footer says something else than its pages. */
export function withFooter(
  parquet: Buffer,
  change: (footer: FileMetaData) => FileMetaData,
): Buffer {
  const footerBytes = parquet.readUInt32LE(parquet.length - 8);
  const bytes = Uint8Array.from(parquet);
  const writer = new ByteWriter();
  writeMetadata(writer, change(parquetMetadata(bytes.buffer)));
  const pages = parquet.subarray(0, parquet.length - 8 - footerBytes);
  return joinBytes(pages, new Uint8Array(writer.getBuffer()), Buffer.from('PAR1'));
}

export function arrowFile(): Buffer {
  const ids = rowLists().map((_, row) => `r${row}`);
  return Buffer.from(vectorCodec.encode({ ids, dimension: DIMENSION, values: ROWS }).bytes);
}

/** ann-benchmarks: the rows twice, as `train` and as `test`, and the first two neighbours. */
export async function hdf5File(folder: string): Promise<Buffer> {
  await ready;
  const path = join(folder, 'made.hdf5');
  const file = new File(path, 'w');
  const shape = [COUNT, DIMENSION];
  file.create_dataset({ name: 'train', data: ROWS, shape });
  file.create_dataset({ name: 'test', data: ROWS, shape });
  const neighbors = Int32Array.from({ length: COUNT * 2 }, (_, i) => i % COUNT);
  file.create_dataset({ name: 'neighbors', data: neighbors, shape: [COUNT, 2] });
  file.create_dataset({
    name: 'distances',
    data: Float32Array.from(neighbors, (_, i) => i % 2),
    shape: [COUNT, 2],
  });
  file.create_attribute('distance', 'euclidean');
  file.close();
  const bytes = await readFile(path);
  await rm(path);
  return bytes;
}
