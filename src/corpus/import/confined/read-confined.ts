import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../../../errors.ts';
import { importProblem, unreadableImport } from '../problem.ts';
import type { FieldSurvey, PlacedRecord } from '../records/survey.ts';
import type { SourceFile } from '../source-file.ts';
import type { Description, ListBlock, ReadOptions, RowBlock, RowRequest } from '../types.ts';
import type { ConfinedFormat, ConfinedQuestion, ConfinedReply, ConfinedTask } from './protocol.ts';

/** A reader that says nothing for so long hangs in a file that leads it round in circles: 20 s, and 1 s for each 2 MiB. */
function silenceMs(sizeBytes: number): number {
  return Math.min(600_000, 20_000 + Math.ceil(sizeBytes / 2 ** 11));
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
  const extension = extname(fileURLToPath(import.meta.url));
  const child = fork(new URL(`./import-child${extension}`, import.meta.url), {
    execArgv: [`--max-old-space-size=${heapMb(size)}`, '--disable-warning=ExperimentalWarning'],
    serialization: 'advanced',
    // The libraries write their own diagnostics there, and the runtime why it gave up.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const died = ended(child, path);
  died.catch(() => {});
  try {
    child.send(task, () => {});
    for (;;) {
      signal?.throwIfAborted();
      const silence = AbortSignal.timeout(silenceMs(size));
      const waiting = signal === undefined ? silence : AbortSignal.any([silence, signal]);
      const reply = await Promise.race([
        died,
        once(child, 'message', { signal: waiting }).then(([message]) => message as ConfinedReply),
      ]).catch((error: unknown) => {
        signal?.throwIfAborted();
        throw silence.aborted ? gaveUp(path, 'its reader hangs') : error;
      });
      if (reply.kind === 'problem') throw problemOf(reply);
      if (reply.kind === 'end') return;
      yield reply;
      child.send('next', () => {});
    }
  } finally {
    child.kill('SIGKILL');
  }
}

const STDERR_BYTES = 8192;

/** Rejects with the reason when the process ends. */
async function ended(child: ChildProcess, path: string): Promise<never> {
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_BYTES);
  });
  const [code, by] = await once(child, 'close').catch((cause: unknown) => {
    throw gaveUp(path, `its reader could not be started (${String(cause)})`);
  });
  if (/out of memory|allocation failed/i.test(stderr)) throw filledMemory(path);
  throw gaveUp(path, `its reader ended (${by ?? `code ${code}`})`);
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
