import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../../../errors.ts';
import { importProblem, unreadableImport } from '../problem.ts';
import type { ImportColumns, ListBlock, ReadOptions, RowBlock } from '../types.ts';
import type { ConfinedReply, ConfinedTask, Description } from './protocol.ts';

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
  format: ConfinedTask['format'],
  path: string,
  role: 'documents' | 'queries',
  options: ReadOptions,
): AsyncGenerator<RowBlock> {
  for await (const reply of confined(format, path, role, options.columns, options.signal)) {
    if (reply.kind === 'rows') yield reply.block;
  }
}

/** Lists of nearest rows of such a file. @throws UsageError as above. */
export async function* confinedLists(
  format: ConfinedTask['format'],
  path: string,
  options: ReadOptions,
): AsyncGenerator<ListBlock> {
  for await (const reply of confined(format, path, 'lists', options.columns, options.signal)) {
    if (reply.kind === 'lists') yield reply.block;
  }
}

/** What such a file says of itself. @throws UsageError as above. */
export async function confinedDescription(
  format: ConfinedTask['format'],
  path: string,
  options: ReadOptions,
): Promise<Description> {
  let description: Description = { roles: [], metric: null };
  for await (const reply of confined(format, path, 'describe', options.columns, options.signal)) {
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
  format: ConfinedTask['format'],
  path: string,
  ask: ConfinedTask['ask'],
  columns: ImportColumns,
  signal?: AbortSignal,
): AsyncGenerator<ConfinedReply> {
  const { size } = await stat(path).catch((cause: unknown) => {
    throw unreadableImport(path, cause);
  });
  const task: ConfinedTask = { format, path, sizeBytes: size, columns, ask };
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
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-STDERR_BYTES);
  });
  const [code, by] = await once(child, 'close').catch((cause: unknown) => {
    throw gaveUp(path, `its reader could not be started (${String(cause)})`);
  });
  if (/out of memory|allocation failed/i.test(said)) throw filledMemory(path);
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
