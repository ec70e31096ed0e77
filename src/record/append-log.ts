import { constants } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { diskError } from '../disk/disk-error.ts';
import { isErrno } from '../disk/errno.ts';
import { makeFolder } from '../disk/make-folder.ts';
import { withFileLock } from './files/file-lock.ts';

/** One line of an append-only JSON-lines log; its bytes are the source of truth, `value` stands beside them. */
export interface LogLine {
  /** 1-based. */
  readonly lineNumber: number;
  /** The line as it stands in the file, its terminator included. */
  readonly bytes: Uint8Array;
  /** The line without its terminator (and without a leading byte order mark). */
  readonly text: string;
  /** The JSON object of the line; null where the line is blank or holds no whole JSON object. */
  readonly value: Readonly<Record<string, unknown>> | null;
}

/** What an append-only log holds: all of its lines, and apart from them the ones that cannot be read. */
export interface AppendLog {
  readonly path: string;
  readonly lines: readonly LogLine[];
  /** Lines that hold no whole JSON object: set aside, kept in the file, named for the reader. */
  readonly damaged: readonly DamagedLine[];
}

/** One line that was set aside. */
interface DamagedLine {
  readonly lineNumber: number;
  /** `torn`: the last line, cut while it was written; `malformed`: an earlier line that is no JSON object. */
  readonly kind: 'torn' | 'malformed';
  readonly text: string;
  /** One sentence that names the file, the line and what became of it. */
  readonly message: string;
}

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Reads an append-only log; a file that does not exist is an empty log.
 * @throws InfrastructureError where the file exists and cannot be read.
 */
export async function readAppendLog(path: string): Promise<AppendLog> {
  try {
    return parseAppendLog(await readFile(path), path);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return { path, lines: [], damaged: [] };
    throw diskError('log-read', path, 'read', error);
  }
}

/** Splits a log into lines without losing a byte; a last line without a newline is whole if it is a JSON object. */
export function parseAppendLog(bytes: Uint8Array, path: string): AppendLog {
  const lines: LogLine[] = [];
  const damaged: DamagedLine[] = [];
  let start = 0;
  while (start < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline === -1 ? bytes.length : newline + 1;
    const line = parseLine(bytes.subarray(start, end), lines.length + 1);
    lines.push(line);
    if (line.value === null && line.text.trim() !== '') {
      damaged.push(describeDamage(line, newline === -1, path));
    }
    start = end;
  }
  return { path, lines, damaged };
}

/** The bytes of a log, exactly as they were read. */
export function serializeAppendLog(log: AppendLog): Buffer {
  return Buffer.concat(log.lines.map((line) => line.bytes));
}

/** How records are appended. */
export interface AppendOptions {
  /** Take the lock file beside the log, so that several processes may append; on by default. */
  readonly lock?: boolean;
  /** Whether a log, and its folder, that are not there are made; on by default. */
  readonly create?: boolean;
}

/**
 * Appends JSON objects, a line each, whole or not at all: in append mode, under a lock, then fsync; where the disk
 * refuses, what it took of them is cut off again.
 * A last line without a newline is closed first, so that nothing is ever merged into it; CRLF logs stay CRLF.
 * @throws InfrastructureError where the disk refuses, or the lock stays taken.
 */
export async function appendToLog(
  path: string,
  records: readonly object[],
  options: AppendOptions = {},
): Promise<void> {
  if (records.length === 0) return;
  const { lock = true, create = true } = options;
  try {
    if (create) await makeFolder(dirname(path));
    const append = () => appendNow(path, records, create);
    if (lock) await withFileLock(`${path}.lock`, append);
    else await append();
  } catch (error) {
    throw diskError('log-append', path, 'appended to', error);
  }
}

async function appendNow(path: string, records: readonly object[], create: boolean): Promise<void> {
  const flags = constants.O_RDWR | constants.O_APPEND | (create ? constants.O_CREAT : 0);
  const file = await open(path, flags, 0o644);
  let before = 0;
  try {
    before = (await file.stat()).size;
    const { endOfLine, openTail } = await readTail(file);
    const text = records.map((record) => JSON.stringify(record) + endOfLine).join('');
    const bytes = Buffer.from(openTail ? endOfLine + text : text);
    await file.writeFile(bytes);
    await file.sync();
  } catch (error) {
    // A full disk takes a part of a line.
    await file.truncate(before).catch(() => {});
    throw error;
  } finally {
    await file.close();
  }
}

type Handle = Awaited<ReturnType<typeof open>>;

/** How the log ends: whether its last line lacks a newline, and which newline its last whole line has. */
async function readTail(file: Handle): Promise<{ endOfLine: string; openTail: boolean }> {
  const { size } = await file.stat();
  if (size === 0) return { endOfLine: '\n', openTail: false };
  const chunkSize = 64 * 1024;
  let openTail: boolean | null = null;
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - chunkSize);
    const chunk = Buffer.alloc(end - start);
    await file.read(chunk, 0, chunk.length, start);
    openTail ??= chunk[chunk.length - 1] !== NEWLINE;
    const newline = chunk.lastIndexOf(NEWLINE);
    // A newline on the chunk's first byte may have its carriage return in the chunk before.
    if (newline > 0 || (newline === 0 && start === 0)) {
      return { endOfLine: chunk[newline - 1] === CARRIAGE_RETURN ? '\r\n' : '\n', openTail };
    }
    end = newline === 0 ? start + 1 : start;
  }
  return { endOfLine: '\n', openTail: openTail ?? false };
}

function parseLine(bytes: Uint8Array, lineNumber: number): LogLine {
  let text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  if (text.endsWith('\n')) text = text.slice(0, text.endsWith('\r\n') ? -2 : -1);
  if (lineNumber === 1 && text.startsWith('\uFEFF')) text = text.slice(1);
  return { lineNumber, bytes, text, value: parseObject(text) };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function describeDamage(line: LogLine, atEnd: boolean, path: string): DamagedLine {
  const { lineNumber, text } = line;
  const kind = atEnd ? 'torn' : 'malformed';
  const what = atEnd ? 'the last line is torn' : 'the line is not a JSON object';
  return {
    lineNumber,
    kind,
    text,
    message: `${path}:${lineNumber}: ${what} (${line.bytes.length} bytes): set aside, kept in the file`,
  };
}
