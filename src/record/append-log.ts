import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { diskError } from '../disk/disk-error.ts';
import { isErrno } from '../disk/errno.ts';
import { lockOf, withFileLock } from '../disk/file-lock.ts';
import { makeFolder } from '../disk/make-folder.ts';
import { readRegular, requireRegular } from '../disk/read-regular.ts';
import { writeWhole } from './files/write-whole.ts';
import { lineState, sealedLine } from './line-seal.ts';
import { type DamagedLine, damageOf, describeDamage } from './log-damage.ts';
import { type LogLine, parseLine } from './log-line.ts';

/** What an append-only log holds: all of its lines, and apart from them the ones that cannot be read. */
export interface AppendLog {
  readonly path: string;
  readonly lines: readonly LogLine[];
  /** Lines that are not as they were written: kept in the file, named for the reader, and set aside where they are changed. */
  readonly damaged: readonly DamagedLine[];
}

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Reads an append-only log; a file that does not exist is an empty log.
 * @throws InfrastructureError where the file exists and cannot be read; UsageError where it is no file.
 */
export async function readAppendLog(path: string): Promise<AppendLog> {
  try {
    return parseAppendLog(await readRegular(path), path);
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
  let previous: string | null = null;
  const sealed = new Set<string>();
  while (start < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline === -1 ? bytes.length : newline + 1;
    const line = parseLine(bytes.subarray(start, end), lines.length + 1);
    const state = lineState(line.text, previous);
    const kind = damageOf(line, state, { sealed, isLast: newline === -1 });
    lines.push(kind === 'changed' || kind === 'doubled' ? { ...line, value: null } : line);
    if (kind !== null) damaged.push(describeDamage(line, kind, path));
    if (line.text.trim() !== '') previous = line.text;
    if (state !== 'unsealed') sealed.add(line.text);
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
  /** Seals each line, so that damage is noticed by readers (`line-seal.ts`); off by default. */
  readonly sealed?: boolean;
  /** Rights of a log that is made; by default everybody may read it. */
  readonly mode?: number;
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
  const { lock = true, create = true, sealed = false, mode = 0o644 } = options;
  try {
    if (create) await makeFolder(dirname(path));
    const append = () => appendNow(path, records, { create, sealed, mode });
    if (lock) await withFileLock(await lockOf(path), append);
    else await append();
  } catch (error) {
    throw diskError('log-append', path, 'appended to', error);
  }
}

/**
 * Replaces a log by these records, sealed, whole or not at all.
 * @throws InfrastructureError where the disk refuses
 */
export async function replaceLog(path: string, records: readonly object[]): Promise<void> {
  await makeFolder(dirname(path));
  const lines = sealedAfter(new Uint8Array(), records).map((line) => `${line}\n`);
  await writeWhole(path, Buffer.from(lines.join('')));
}

async function appendNow(
  path: string,
  records: readonly object[],
  { create, sealed, mode }: Required<Omit<AppendOptions, 'lock'>>,
): Promise<void> {
  const flags = constants.O_RDWR | constants.O_APPEND | (create ? constants.O_CREAT : 0);
  const file = await open(path, flags, mode);
  let before = 0;
  try {
    await requireRegular(file, path);
    before = (await file.stat()).size;
    const { endOfLine, openTail } = await readTail(file);
    const written = sealed
      ? sealedAfter(await file.readFile(), records)
      : records.map((record) => JSON.stringify(record));
    const text = written.map((line) => line + endOfLine).join('');
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

/** The lines of records that follow what a log holds. */
function sealedAfter(log: Uint8Array, records: readonly object[]): string[] {
  const { lines } = parseAppendLog(log, '');
  let previous = lines.findLast(({ text }) => text.trim() !== '')?.text ?? null;
  return records.map((record) => {
    previous = sealedLine(record, previous);
    return previous;
  });
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
