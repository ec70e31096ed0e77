import { readFile } from 'node:fs/promises';
import { zstdDecompressSync } from 'node:zlib';
import {
  CompressionType,
  compressionRegistry,
  type RecordBatch,
  RecordBatchReader,
} from 'apache-arrow';
import { importProblem } from '../problem.ts';
import { plainValue, surveyedFields } from './arrow-values.ts';
import { lz4Frame } from './lz4.ts';
import type { ConfinedReply, ConfinedTask } from './protocol.ts';
import { replies } from './replies.ts';

/** Largest file that is read: a reader of Arrow follows offsets all over it, so it is held in memory. */
const MAX_FILE_BYTES = 0x7fff_0000;
const ROWS_PER_BLOCK = 1024;
/** Most bytes that one buffer is unpacked to. */
const MAX_BUFFER_BYTES = 512 << 20;

compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: lz4Frame });
compressionRegistry.set(CompressionType.ZSTD, {
  decode: (bytes) => zstdDecompressSync(bytes, { maxOutputLength: MAX_BUFFER_BYTES }),
});

/** Reads an Arrow IPC file or stream, batch by batch. */
export async function* readArrow(task: ConfinedTask): AsyncGenerator<ConfinedReply> {
  const { path, sizeBytes } = task;
  if (sizeBytes > MAX_FILE_BYTES) {
    throw importProblem(
      'file-size',
      path,
      `${sizeBytes} bytes are too many for one Arrow file`,
      'write several files of less than 2 GiB and name them all',
    );
  }
  const bytes = await readFile(task.at);
  checkFooter(path, bytes);
  const reader = RecordBatchReader.from(bytes).open();
  if (task.ask.kind === 'fields') {
    yield { kind: 'fields', fields: surveyedFields(reader.schema) };
    return;
  }
  const wanted = task.ask.kind === 'records' ? new Set(task.ask.names) : null;
  const reply = replies(task.ask);
  let row = 0;
  for (const batch of batchesOf(reader, task)) {
    const { numRows } = batch;
    // A row takes a bit at the least, so a count beyond that is a lie.
    if (!(numRows >= 0 && numRows <= sizeBytes * 8)) {
      throw damaged(path, `a batch claims ${numRows} rows in a file of ${sizeBytes} bytes`);
    }
    checkLengths(path, batch);
    for (let from = 0; from < numRows; from += ROWS_PER_BLOCK) {
      const records = Array.from({ length: Math.min(ROWS_PER_BLOCK, numRows - from) }, (_, i) => ({
        fields: fieldsOf(batch, from + i, wanted),
        place: `${path}: row ${row + from + i}`,
        line: null,
      }));
      yield reply(records);
    }
    row += numRows;
  }
  if (row === 0) throw damaged(path, 'there is not one row in it');
}

/** A footer names each batch in so many bytes. */
const BLOCK_BYTES = 24;

/**
 * The batches of a file by number, as its footer counts them: iterating, the library would read a message
 * of another kind, to which a false offset may lead, for ever. A stream is read on, so it ends.
 */
function* batchesOf(
  reader: RecordBatchReader,
  { path, sizeBytes }: ConfinedTask,
): Generator<RecordBatch> {
  if (!reader.isFile()) {
    if (reader.isSync()) yield* reader;
    return;
  }
  const count = reader.numRecordBatches;
  if (!(count >= 0 && count * BLOCK_BYTES <= sizeBytes)) {
    throw damaged(path, `its footer claims ${count} batches in a file of ${sizeBytes} bytes`);
  }
  for (let number = 0; number < count; number++) {
    const batch = reader.isSync() ? reader.readRecordBatch(number) : null;
    if (batch === null) throw damaged(path, `batch ${number} of ${count} is not there`);
    yield batch;
  }
}

const MAGIC = 'ARROW1';

/** A file that begins like one must end like one: cut short, it would read as a stream with fewer rows. */
function checkFooter(path: string, bytes: Buffer): void {
  const isFile = bytes.toString('latin1', 0, MAGIC.length) === MAGIC;
  if (isFile && bytes.toString('latin1', bytes.length - MAGIC.length) !== MAGIC) {
    throw damaged(path, `it has no footer at byte ${bytes.length}`);
  }
  // A stream ends with a marker (continuation, length 0); without it, it was cut between two batches.
  const ended = bytes.length >= 8 && bytes.readInt32LE(bytes.length - 4) === 0;
  if (!isFile && !ended)
    throw damaged(path, `it has no end-of-stream marker at byte ${bytes.length}`);
}

/** Columns are views that end where the file ends: one that is shorter than its batch was cut. */
function checkLengths(path: string, batch: RecordBatch): void {
  for (const [index, field] of batch.schema.fields.entries()) {
    const column = batch.data.children[index];
    if (column === undefined || column.length < batch.numRows) {
      throw damaged(
        path,
        `column ${field.name} is shorter than its batch of ${batch.numRows} rows`,
      );
    }
  }
}

function fieldsOf(
  batch: RecordBatch,
  row: number,
  wanted: ReadonlySet<string> | null,
): Record<string, unknown> {
  const fields: [string, unknown][] = [];
  for (const [index, { name, type }] of batch.schema.fields.entries()) {
    if (wanted !== null && !wanted.has(name)) continue;
    fields.push([name, plainValue(batch.getChildAt(index)?.get(row), type)]);
  }
  return Object.fromEntries(fields);
}

function damaged(path: string, what: string): Error {
  return importProblem(
    'unreadable',
    path,
    what,
    'fetch the file again: it was cut short, or is no Arrow file',
  );
}
