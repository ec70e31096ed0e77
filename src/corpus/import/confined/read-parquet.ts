import { open } from 'node:fs/promises';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import {
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  snappyUncompress,
} from 'hyparquet';
import { counted } from '../../../counted.ts';
import { exactJson } from '../../files/exact-json.ts';
import { readInto } from '../../files/read-into.ts';
import { checkShape, importProblem } from '../problem.ts';
import { type PlacedRecord, Survey } from '../records/survey.ts';
import { lz4Block } from './lz4.ts';
import { changed, columnChanges, jsonColumns, surveyedColumns } from './parquet-columns.ts';
import type { ConfinedReply, ConfinedTask } from './protocol.ts';
import { recordBlocks, recordBudget } from './record-budget.ts';
import { replies } from './replies.ts';

/** Largest row group and page that are unpacked into memory. */
const MAX_GROUP_BYTES = 512 << 20;
const MAX_PAGE_BYTES = 256 << 20;

/** Reads a Parquet file row group by row group. */
export async function* readParquet(task: ConfinedTask): AsyncGenerator<ConfinedReply> {
  const { path, sizeBytes, ask } = task;
  if (sizeBytes < 12) throw damaged(path, `${sizeBytes} bytes are too few`);
  const handle = await open(task.at, 'r');
  const file: AsyncBuffer = {
    byteLength: sizeBytes,
    slice: async (start, end = sizeBytes) => {
      const length = end - start;
      if (!(start >= 0 && length >= 0 && end <= sizeBytes && length <= MAX_GROUP_BYTES)) {
        throw damaged(path, `its footer points at bytes ${start} to ${end} of ${sizeBytes}`);
      }
      const bytes = new Uint8Array(length);
      const filled = await readInto(handle, bytes, start);
      if (filled < length) throw damaged(path, `it ends at byte ${start + filled}`);
      return bytes.buffer;
    },
  };
  try {
    const given = await parquetMetadataAsync(file, { geoparquet: false });
    const groups = rowGroups(given, task);
    const { metadata, changes } = columnChanges(given);
    const bytesOf = recordBudget(sizeBytes);
    const rows = async function* (columns: readonly string[]): AsyncGenerator<PlacedRecord[]> {
      let row = 0;
      for (const count of groups) {
        const read = await parquetReadObjects({
          file,
          metadata,
          columns: [...columns],
          rowStart: row,
          rowEnd: row + count,
          compressors: COMPRESSORS,
          parsers: { stringFromBytes: textOrBytes, jsonFromBytes },
          geoparquet: false,
        });
        if (read.length !== count) {
          throw damaged(
            path,
            `row group at row ${row} has ${counted(read.length, 'row')}, not ${count}`,
          );
        }
        const first = row;
        const records = function* (): Generator<PlacedRecord> {
          for (const [i, fields] of read.entries()) {
            const place = `${path}: row ${first + i}`;
            yield { fields: changed(fields, changes), place, line: null };
          }
        };
        yield* recordBlocks(records(), bytesOf);
        row += count;
      }
    };
    const columns = surveyedColumns(given);
    if (columns.size === 0) throw damaged(path, 'its schema has no column');
    if (ask.kind === 'fields') {
      const survey = new Survey();
      const untold = jsonColumns(given);
      if (untold.length > 0) {
        for await (const records of rows(untold)) {
          for (const { fields } of records) survey.add(fields);
        }
      }
      yield { kind: 'fields', fields: new Map([...columns, ...survey.fields()]) };
      return;
    }
    const reply = replies(ask);
    const names = ask.kind === 'records' ? ask.names : [...columns.keys()];
    for await (const records of rows(names)) yield reply(records);
  } finally {
    await handle.close();
  }
}

/** A group of more rows than this is taken for a footer that lies. */
const MAX_GROUP_ROWS = 1 << 23;

/** Rows of each group, once the footer has been compared with the file. */
function rowGroups(metadata: FileMetaData, { path, sizeBytes }: ConfinedTask): number[] {
  checkShape(path, Number(metadata.num_rows), 1);
  const counts = metadata.row_groups.map((group, number) => {
    let packed = 0;
    let unpacked = 0;
    for (const { meta_data: column } of group.columns) {
      packed += Number(column?.total_compressed_size ?? 0);
      unpacked += Number(column?.total_uncompressed_size ?? 0);
    }
    if (!(packed >= 0 && packed <= sizeBytes && unpacked >= 0)) {
      throw damaged(path, `row group ${number} claims ${packed} bytes in a file of ${sizeBytes}`);
    }
    if (unpacked > MAX_GROUP_BYTES) {
      throw importProblem(
        'row-group',
        path,
        `row group ${number} unpacks to ${unpacked} bytes`,
        `write row groups of less than ${MAX_GROUP_BYTES} bytes, e.g. 50,000 rows each`,
      );
    }
    const rows = Number(group.num_rows);
    if (rows > MAX_GROUP_ROWS) {
      throw importProblem(
        'row-group',
        path,
        `row group ${number} claims ${counted(rows, 'row')}`,
        `a row group holds at most ${MAX_GROUP_ROWS} rows: write e.g. 50,000 rows in each, or fetch the file again`,
      );
    }
    return rows;
  });
  const sum = counts.reduce((total, count) => total + count, 0);
  if (counts.some((count) => !(count >= 0)) || sum !== Number(metadata.num_rows)) {
    throw damaged(
      path,
      `its row groups hold ${counted(sum, 'row')}, its footer says ${metadata.num_rows}`,
    );
  }
  return counts.filter((count) => count > 0);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** JSON with all digits of its numbers. */
function jsonFromBytes(bytes: Uint8Array | undefined): unknown {
  return bytes && exactJson(utf8.decode(bytes));
}

/** A string as the library would give it, and the bytes where they are none: nothing is replaced silently. */
function textOrBytes(bytes: Uint8Array | undefined): unknown {
  try {
    return bytes && utf8.decode(bytes);
  } catch {
    return bytes;
  }
}

/** What hyparquet does not unpack by itself, and Snappy with a size that is checked first. */
const COMPRESSORS: Compressors = {
  SNAPPY: (bytes, size) => {
    if (size > bytes.length * 64 + 1024)
      throw new Error(`a page claims to unpack to ${size} bytes`);
    const page = new Uint8Array(checkedPage(size));
    snappyUncompress(bytes, page);
    return page;
  },
  GZIP: (bytes, size) => whole(gunzipSync(bytes, room(size)), size),
  BROTLI: (bytes, size) => whole(brotliDecompressSync(bytes, room(size)), size),
  LZ4_RAW: (bytes, size) => lz4Block(bytes, checkedPage(size)),
  ZSTD: (bytes, size) => whole(zstdDecompressSync(bytes, room(size)), size),
};

function room(size: number): { maxOutputLength: number } {
  return { maxOutputLength: Math.max(1, checkedPage(size)) };
}

function whole(page: Uint8Array, size: number): Uint8Array {
  if (page.length === size) return page;
  throw new Error(`a page unpacks to ${page.length} bytes and claims ${size}`);
}

function checkedPage(size: number): number {
  if (size >= 0 && size <= MAX_PAGE_BYTES) return size;
  throw new Error(`a page claims to unpack to ${size} bytes`);
}

function damaged(path: string, what: string): Error {
  return importProblem(
    'unreadable',
    path,
    what,
    'fetch the file again: it was cut short, or is no Parquet file',
  );
}
