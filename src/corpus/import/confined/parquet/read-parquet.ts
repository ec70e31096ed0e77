import { open } from 'node:fs/promises';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import {
  type AsyncBuffer,
  type Compressors,
  parquetMetadataAsync,
  parquetReadObjects,
  snappyUncompress,
} from 'hyparquet';
import { exactJson } from '../../../files/exact-json.ts';
import { readInto } from '../../../files/read-into.ts';
import { type PlacedRecord, Survey } from '../../records/survey.ts';
import { lz4Block } from '../lz4.ts';
import type { ConfinedReply, ConfinedTask } from '../protocol.ts';
import { recordBlocks, recordBudget } from '../record-budget.ts';
import { replies } from '../replies.ts';
import { changed, columnChanges, jsonColumns, surveyedColumns } from './parquet-columns.ts';
import {
  columnLengths,
  damaged,
  MAX_GROUP_BYTES,
  oneGroup,
  plainColumns,
  rowGroups,
} from './row-groups.ts';

/** Largest page that is unpacked into memory. */
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
    const plain = plainColumns(given);
    const { metadata, changes } = columnChanges(given);
    const bytesOf = recordBudget(sizeBytes);
    const rows = async function* (columns: readonly string[]): AsyncGenerator<PlacedRecord[]> {
      let row = 0;
      for (const [number, count] of groups) {
        const place = `${path}: row group ${number}`;
        const lengths = columnLengths();
        const read = await parquetReadObjects({
          file,
          metadata: oneGroup(metadata, number),
          columns: [...columns],
          // One more than it says: the library reads a column no further than it is asked to.
          rowEnd: count + 1,
          onPage: lengths.onPage,
          compressors: COMPRESSORS,
          parsers: { stringFromBytes: textOrBytes, jsonFromBytes },
          geoparquet: false,
        });
        lengths.check(place, metadata.row_groups[number], columns, count);
        read.pop();
        const first = row;
        const records = function* (): Generator<PlacedRecord> {
          for (const [i, fields] of read.entries()) {
            const place = `${path}: row ${first + i}`;
            const missing = plain.find((name) => fields[name] === undefined && name in fields);
            if (missing !== undefined) throw damaged(place, `column ${missing} has no value`);
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
