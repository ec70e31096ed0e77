import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import '../../onnx/no-telemetry.ts';

const living = new Set<Worker>();

/**
 * Starts a file of this folder as a worker thread. It is never ended from outside: a thread that is ended within a
 * call of native code takes the process with it. It is asked to end (`stopFlag`), and looks between two calls.
 *
 * @param name file name without its extension, which is taken from this file (`.ts`, or `.js` when built)
 */
export function startWorker(
  name: string,
  workerData: unknown,
  transfer: readonly ArrayBuffer[] = [],
): Worker {
  const extension = extname(fileURLToPath(import.meta.url));
  const worker = new Worker(new URL(`./${name}${extension}`, import.meta.url), {
    workerData,
    transferList: [...transfer],
  });
  living.add(worker);
  worker.once('exit', () => living.delete(worker));
  return worker;
}

/** How many worker threads have not ended: a process must not leave while one of them is in native code. */
export function livingWorkers(): number {
  return living.size;
}

/** Whether a worker is to end: one number that it shares with who started it. */
export type StopFlag = Int32Array<SharedArrayBuffer>;

/** A flag that is not raised. */
export function stopFlag(): StopFlag {
  return new Int32Array(new SharedArrayBuffer(4));
}

/** Raises a flag. */
export function raiseStop(flag: StopFlag): void {
  Atomics.store(flag, 0, 1);
}

/** Whether a flag is raised. */
export function isStopped(flag: StopFlag): boolean {
  return Atomics.load(flag, 0) !== 0;
}

/** Waits until a thread has ended. */
export function threadEnd(worker: Worker): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  worker.once('exit', () => resolve());
  // One that has ended already says so no more.
  if (worker.threadId === -1) resolve();
  return promise;
}
