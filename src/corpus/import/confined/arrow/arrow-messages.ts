import { DataType, type Field, Message, type MessageHeader, type Schema } from 'apache-arrow';
import { importProblem } from '../../problem.ts';
import { footerSaysBigEndian, saysBigEndian } from './arrow-endianness.ts';

const MAGIC = 'ARROW1';
/** The magic with its padding, and the length of the footer with the magic after it. */
const HEAD_BYTES = 8;
const TAIL_BYTES = 10;
const CONTINUATION = -1;

/** A batch of a file: the byte that it begins at, and its rows. */
interface PlacedBatch {
  readonly at: number;
  readonly rows: number;
}

/** What is in a file, in its order. */
export interface WalkedFile {
  readonly batches: readonly PlacedBatch[];
  /** The bytes at which dictionaries begin. */
  readonly dictionaries: readonly number[];
}

/**
 * Holds a footer against the file: what it names must be all that is there, in the same order.
 * @param named the bytes at which it says that the parts of one kind begin
 * @throws UsageError
 */
export function checkNamed(
  path: string,
  what: 'batches' | 'dictionaries',
  named: readonly number[],
  there: readonly number[],
): void {
  if (named.length !== there.length) {
    throw brokenArrow(path, `its footer names ${named.length} of ${there.length} ${what}`);
  }
  const other = there.findIndex((at, number) => at !== named[number]);
  if (other < 0) return;
  throw brokenArrow(
    path,
    `its footer names byte ${named[other]} where the next of its ${what} begins at ${there[other]}`,
  );
}

/**
 * Walks from message to message over all bytes of an Arrow file or stream. A reader trusts the footer, or stops at the
 * first end marker: whatever else is in the file would be left out without a word.
 *
 * @throws UsageError where the bytes are anything but messages up to one end marker, or a batch and its columns
 * differ in length
 */
export function walkBatches(path: string, bytes: Buffer, schema: Schema): WalkedFile {
  const isFile = isArrowFile(bytes);
  const end = messagesEnd(path, bytes);
  if (isFile) {
    checkNumbers(path, () => footerSaysBigEndian(bytes.subarray(end, -TAIL_BYTES)));
  }
  const walked: { batches: PlacedBatch[]; dictionaries: number[] } = {
    batches: [],
    dictionaries: [],
  };
  const known = new Set<number>();
  let at = isFile ? messagesStart(bytes, end) : 0;
  while (at < end) {
    const start = at;
    const int32 = () => {
      if (at + 4 > end) throw brokenArrow(path, `a message is cut at byte ${start}`);
      at += 4;
      return bytes.readInt32LE(at - 4);
    };
    // Before version 0.15 there was no continuation marker.
    const first = int32();
    const length = first === CONTINUATION ? int32() : first;
    if (length === 0) {
      if (at === end) return walked;
      throw brokenArrow(path, `${end - at} bytes come after its end marker at byte ${start}`);
    }
    if (length < 0 || at + length > end) {
      throw brokenArrow(path, `a message of ${length} bytes begins at byte ${start} of ${end}`);
    }
    checkNumbers(path, () => saysBigEndian(bytes.subarray(at, at + length)));
    const message = Message.decode(bytes.subarray(at, at + length));
    const body = Number(message.bodyLength);
    if (!(body >= 0 && at + length + body <= end)) {
      throw brokenArrow(path, `a body of ${body} bytes begins at byte ${at + length} of ${end}`);
    }
    if (message.isRecordBatch()) {
      walked.batches.push({ at: start, rows: rowsOf(path, message, schema, start) });
    }
    if (message.isDictionaryBatch()) {
      const { id, isDelta } = message.header();
      // A reader of files looks at all dictionaries first: another one would be that of every batch.
      if (isFile && known.has(id) && !isDelta) {
        throw brokenArrow(path, `it replaces a dictionary at byte ${start}`);
      }
      known.add(id);
      walked.dictionaries.push(start);
    }
    at += length + body;
  }
  if (isFile) return walked;
  throw brokenArrow(path, `it has no end-of-stream marker at byte ${end}`);
}

/** The library reads all numbers as little-endian, whatever a schema says. */
function checkNumbers(path: string, isBigEndian: () => boolean): void {
  let isBig = false;
  try {
    isBig = isBigEndian();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw brokenArrow(path, 'its schema is damaged');
  }
  if (!isBig) return;
  throw importProblem(
    'unreadable',
    path,
    'its numbers are big-endian',
    'write it again on a little-endian machine, or as Parquet',
  );
}

/** The error for anything wrong with an Arrow file. */
export function brokenArrow(path: string, what: string): Error {
  return importProblem(
    'unreadable',
    path,
    what,
    'fetch the file again: it was cut short, or is no Arrow file',
  );
}

function isArrowFile(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, MAGIC.length) === MAGIC;
}

/** A schema takes more bytes than that; the place of its root is less. */
const LEAST_MESSAGE_BYTES = 32;

/**
 * The byte at which the messages of a file begin. Polars writes the schema before them as it stands, without its
 * length: it begins with the place of its root. A false start is found by the walk, which leads to the footer.
 */
function messagesStart(bytes: Buffer, end: number): number {
  const first = end < HEAD_BYTES + 4 ? 0 : bytes.readInt32LE(HEAD_BYTES);
  if (first <= 0 || first >= LEAST_MESSAGE_BYTES) return HEAD_BYTES;
  for (let at = HEAD_BYTES + 4; at + 4 <= end; at += 4) {
    if (bytes.readInt32LE(at) === CONTINUATION) return at;
  }
  return HEAD_BYTES;
}

/**
 * The byte at which the messages of a file or stream end.
 * @throws UsageError for a file without a footer
 */
export function messagesEnd(path: string, bytes: Buffer): number {
  return isArrowFile(bytes) ? footerStart(path, bytes) : bytes.length;
}

/** A file that begins like one must end like one: cut short, it would read as a stream with fewer rows. */
function footerStart(path: string, bytes: Buffer): number {
  const end = bytes.length;
  const isEnded = bytes.toString('latin1', end - MAGIC.length) === MAGIC;
  const footerBytes = isEnded && end >= HEAD_BYTES + TAIL_BYTES ? bytes.readInt32LE(end - 10) : 0;
  const start = end - TAIL_BYTES - footerBytes;
  if (footerBytes > 0 && start >= HEAD_BYTES) return start;
  throw brokenArrow(path, `it has no footer at byte ${end}`);
}

/** The columns of a batch are the first of the nodes that each field takes, one for itself and for each child. */
function rowsOf(
  path: string,
  message: Message<MessageHeader.RecordBatch>,
  schema: Schema,
  at: number,
): number {
  const { length, nodes, buffers } = message.header();
  const body = Number(message.bodyLength);
  if (buffers.some((one) => one.offset < 0 || one.length < 0 || one.offset + one.length > body)) {
    throw brokenArrow(path, `a buffer of the batch at byte ${at} lies beyond its body`);
  }
  let next = 0;
  for (const field of schema.fields) {
    const own = nodes[next]?.length;
    if (own !== length) {
      throw brokenArrow(
        path,
        `column ${field.name} has ${own ?? 'no'} rows in the batch of ${length} rows at byte ${at}`,
      );
    }
    next += nodesOf(field);
  }
  return length;
}

function nodesOf({ type }: Field): number {
  if (DataType.isDictionary(type)) return 1;
  const children: readonly Field[] = type.children ?? [];
  return children.reduce((sum, child) => sum + nodesOf(child), 1);
}
