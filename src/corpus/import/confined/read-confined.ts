import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
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
 * Runs a library over a foreign file in a thread of its own, with a heap of its own: what aborts, hangs
 * or fills its memory there ends the thread, and is one clear error here.
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
  const worker = new Worker(new URL(`./import-worker${extension}`, import.meta.url), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: heapMb(size) },
    // The libraries write their own diagnostics there.
    stdout: true,
    stderr: true,
  });
  const died = new Promise<never>((_, reject) => {
    worker.once('error', (cause) => reject(gaveUp(path, cause)));
    worker.once('exit', () => reject(gaveUp(path, 'its reader ended')));
  });
  died.catch(() => {});
  try {
    for (;;) {
      signal?.throwIfAborted();
      const silence = AbortSignal.timeout(silenceMs(size));
      const waiting = signal === undefined ? silence : AbortSignal.any([silence, signal]);
      const reply = await Promise.race([
        died,
        once(worker, 'message', { signal: waiting }).then(([message]) => message as ConfinedReply),
      ]).catch((error: unknown) => {
        signal?.throwIfAborted();
        throw silence.aborted ? gaveUp(path, 'its reader hangs') : error;
      });
      if (reply.kind === 'problem') throw problemOf(reply);
      if (reply.kind === 'end') return;
      yield reply;
      worker.postMessage('next');
    }
  } finally {
    await worker.terminate();
  }
}

function problemOf(reply: Extract<ConfinedReply, { kind: 'problem' }>): UsageError {
  return new UsageError(reply.code, reply.message, { hint: reply.hint });
}

function gaveUp(path: string, cause: unknown): UsageError {
  const memory = (cause as NodeJS.ErrnoException | null)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
  const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
  return importProblem(
    memory ? 'memory' : 'unreadable',
    path,
    memory
      ? 'reading it takes far more memory than a file of its size should'
      : `it cannot be read: ${why}`,
    memory
      ? 'the file is damaged, or its row groups are too large: write at most 100,000 rows in each'
      : 'the file is damaged, or is not of the format named',
    cause,
  );
}
