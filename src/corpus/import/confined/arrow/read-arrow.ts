import { readFile } from 'node:fs/promises';
import { zstdDecompressSync } from 'node:zlib';
import {
  CompressionType,
  compressionRegistry,
  type RecordBatch,
  RecordBatchFileReader,
  RecordBatchReader,
} from 'apache-arrow';
import { counted } from '../../../../counted.ts';
import { checkColumnNames, importProblem } from '../../problem.ts';
import type { PlacedRecord } from '../../records/survey.ts';
import { lz4Frame } from '../lz4.ts';
import type { ConfinedReply, ConfinedTask } from '../protocol.ts';
import { recordBlocks, recordBudget } from '../record-budget.ts';
import { replies } from '../replies.ts';
import { type CheckedColumns, checkColumn } from './arrow-columns.ts';
import { brokenArrow, checkNamed, messagesEnd, walkBatches } from './arrow-messages.ts';
import { plainValue, surveyedFields } from './arrow-values.ts';

/** Largest file that is read: a reader of Arrow follows offsets all over it, so it is held in memory. */
const MAX_FILE_BYTES = 0x7fff_0000;
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
  // Before the library looks: what it says of a file without a footer helps nobody.
  messagesEnd(path, bytes);
  const reader = RecordBatchReader.from(bytes).open();
  if (reader.schema.fields.length === 0) throw brokenArrow(path, 'its schema has no column');
  checkColumnNames(
    path,
    reader.schema.fields.map(({ name }) => name),
    'write the file again with another name for one of them',
  );
  if (task.ask.kind === 'fields') {
    yield { kind: 'fields', fields: surveyedFields(reader.schema) };
    return;
  }
  const wanted = task.ask.kind === 'records' ? new Set(task.ask.names) : null;
  const reply = replies(task.ask);
  const { batches, dictionaries } = walkBatches(path, bytes, reader.schema);
  if (reader instanceof RecordBatchFileReader) {
    const { footer } = reader;
    checkNamed(
      path,
      'batches',
      placesOf(footer?.recordBatches()),
      batches.map(({ at }) => at),
    );
    checkNamed(path, 'dictionaries', placesOf(footer?.dictionaryBatches()), dictionaries);
  }
  const checked: CheckedColumns = new WeakSet();
  const bytesOf = recordBudget(sizeBytes);
  let row = 0;
  let read = 0;
  for (const batch of batchesOf(reader, task)) {
    const { numRows } = batch;
    const told = batches[read]?.rows;
    if (numRows !== told) {
      throw brokenArrow(path, `batch ${read} has ${counted(numRows, 'row')}, its message ${told}`);
    }
    for (const [index, { name }] of batch.schema.fields.entries()) {
      const column = batch.data.children[index];
      if (column !== undefined) checkColumn(path, name, column, checked);
    }
    const records = function* (): Generator<PlacedRecord> {
      for (let i = 0; i < numRows; i++) {
        const place = `${path}: row ${row + i}`;
        yield { fields: fieldsOf(batch, i, wanted), place, line: null };
      }
    };
    for (const block of recordBlocks(records(), bytesOf)) yield reply(block);
    row += numRows;
    read += 1;
  }
  if (read !== batches.length) {
    throw brokenArrow(path, `${read} of its ${batches.length} batches can be read`);
  }
  if (row === 0) throw brokenArrow(path, 'there is not one row in it');
}

/** The bytes at which the parts that a footer names begin. */
function placesOf(blocks: Iterable<{ readonly offset: number }> | undefined): number[] {
  return Array.from(blocks ?? [], ({ offset }) => offset);
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
    throw brokenArrow(path, `its footer claims ${count} batches in a file of ${sizeBytes} bytes`);
  }
  for (let number = 0; number < count; number++) {
    const batch = reader.isSync() ? reader.readRecordBatch(number) : null;
    if (batch === null) throw brokenArrow(path, `batch ${number} of ${count} is not there`);
    yield batch;
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
