import { stat } from 'node:fs/promises';
import { UsageError } from '../../../errors.ts';
import { importProblem, unreadableImport } from '../problem.ts';
import type { FieldSurvey, PlacedRecord } from '../records/survey.ts';
import type { SourceFile } from '../source-file.ts';
import type { Description, ListBlock, ReadOptions, RowBlock, RowRequest } from '../types.ts';
import { type ProcessWatch, watchProcess } from './process-watch.ts';
import type { ConfinedFormat, ConfinedQuestion, ConfinedReply, ConfinedTask } from './protocol.ts';
import { readerProcess } from './reader-process.ts';
import { replyReader } from './reply-reader.ts';

/** A reader that computes for so long without a word hangs in a file that leads it round in circles: 8 s, and 1 s for each 2 MiB. */
function silentCpuMs(sizeBytes: number): number {
  return Math.min(600_000, 8_000 + Math.ceil(sizeBytes / 2 ** 11));
}

/** The same by the clock, where the time of the processor cannot be seen or none is had. */
function silenceMs(sizeBytes: number): number {
  return silentCpuMs(sizeBytes) + 22_000;
}

/** All memory that a reader may use: what a small file unpacks to, and more for a larger one. */
function residentBytes(sizeBytes: number): number {
  return Math.min(6 * 2 ** 30, 1.25 * 2 ** 30 + sizeBytes * 4);
}

/** Heap a reader may use: enough for a library to load, and more for a larger file. */
function heapMb(sizeBytes: number): number {
  return Math.min(4096, Math.ceil(96 + (sizeBytes / 2 ** 20) * 16));
}

/** Rows of a file whose format is parsed by a library. @throws UsageError for whatever is wrong with it. */
export async function* confinedRows(
  format: ConfinedFormat,
  file: SourceFile,
  { role, layout, signal }: RowRequest,
): AsyncGenerator<RowBlock> {
  const ask = { kind: 'rows', role, layout } as const;
  for await (const reply of confined(format, file, ask, signal)) {
    if (reply.kind === 'rows') yield reply.block;
  }
}

/** Records of such a file as they are. @throws UsageError as above. */
export async function* confinedRecords(
  format: ConfinedFormat,
  file: SourceFile,
  names: readonly string[],
  { signal }: ReadOptions,
): AsyncGenerator<readonly PlacedRecord[]> {
  for await (const reply of confined(format, file, { kind: 'records', names }, signal)) {
    if (reply.kind === 'records') yield reply.records;
  }
}

/** Lists of nearest rows of such a file. @throws UsageError as above. */
export async function* confinedLists(
  format: ConfinedFormat,
  file: SourceFile,
  { signal }: ReadOptions,
): AsyncGenerator<ListBlock> {
  for await (const reply of confined(format, file, { kind: 'lists' }, signal)) {
    if (reply.kind === 'lists') yield reply.block;
  }
}

/** The fields of such a file, by its schema. @throws UsageError as above. */
export async function confinedFields(
  format: ConfinedFormat,
  file: SourceFile,
  { signal }: ReadOptions,
): Promise<FieldSurvey> {
  let fields: FieldSurvey = new Map();
  for await (const reply of confined(format, file, { kind: 'fields' }, signal)) {
    if (reply.kind === 'fields') fields = reply.fields;
  }
  return fields;
}

/** What such a file says of itself. @throws UsageError as above. */
export async function confinedDescription(
  format: ConfinedFormat,
  file: SourceFile,
  { signal }: ReadOptions,
): Promise<Description> {
  let description: Description = { roles: [], metric: null };
  for await (const reply of confined(format, file, { kind: 'describe' }, signal)) {
    if (reply.kind === 'description') description = reply.description;
  }
  return description;
}

/**
 * Runs a library over a foreign file in a process of its own, with a heap of its own: what aborts, hangs
 * or fills its memory there ends that process, and is one clear error here. A thread would not do: one
 * allocation that is far too large ends the whole process, whatever the limits of the thread.
 */
async function* confined(
  format: ConfinedFormat,
  { path, at }: SourceFile,
  ask: ConfinedQuestion,
  signal?: AbortSignal,
): AsyncGenerator<ConfinedReply> {
  const { size } = await stat(at).catch((cause: unknown) => {
    throw unreadableImport(path, cause);
  });
  const task: ConfinedTask = { format, path, at, sizeBytes: size, ask };
  const child = readerProcess(path, at, heapMb(size));
  const limits = { residentBytes: residentBytes(size), cpuMs: silentCpuMs(size) };
  using watch = watchProcess(child, limits);
  const replies = replyReader(child, (stderr, how) => whyEnded(path, watch, stderr, how));
  try {
    child.send(task, () => {});
    for (;;) {
      const reply = await replies.next(silenceMs(size), signal);
      if (reply === 'silence') throw gaveUp(path, 'its reader hangs');
      watch.alive();
      if (reply.kind === 'problem') throw problemOf(reply);
      if (reply.kind === 'end') return;
      yield reply;
      child.send('next', () => {});
    }
  } finally {
    child.kill('SIGKILL');
  }
}

/** @param how a signal or a code, or why it could not be started */
function whyEnded(path: string, { excess }: ProcessWatch, stderr: string, how: string): UsageError {
  if (excess === 'time') return gaveUp(path, 'its reader hangs');
  if (excess === 'memory' || /out of memory|allocation failed/i.test(stderr)) {
    return filledMemory(path);
  }
  return gaveUp(path, `its reader ended (${how})`);
}

function problemOf(reply: Extract<ConfinedReply, { kind: 'problem' }>): UsageError {
  return new UsageError(reply.code, reply.message, { hint: reply.hint });
}

function gaveUp(path: string, why: string): UsageError {
  return importProblem(
    'unreadable',
    path,
    `it cannot be read: ${why}`,
    'the file is damaged, or is not of the format named',
  );
}

function filledMemory(path: string): UsageError {
  return importProblem(
    'memory',
    path,
    'reading it takes far more memory than a file of its size should',
    'the file is damaged, or its row groups are too large: write at most 100,000 rows in each',
  );
}
