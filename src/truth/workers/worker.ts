import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import '../../onnx/no-telemetry.ts';
import { atExit } from '../../at-exit.ts';

/** What threads share with who started them: whether they are to end, and how many of them are at work. */
export type StopFlag = Int32Array<SharedArrayBuffer>;

const STOP = 0;
const AT_WORK = 1;
/** How long threads in native code are waited for where the process ends. */
const PATIENCE_MS = 5000;

const living = new Map<Worker, StopFlag>();

/**
 * Starts a file of this folder as a worker thread. It is never ended from outside: a thread that is ended within a
 * call of native code takes the process with it. It is asked to end by its flag, and looks between two calls; so it is
 * where the process ends, however that comes.
 *
 * @param name file name without its extension, which is taken from this file (`.ts`, or `.js` when built)
 */
export function startWorker(
  name: string,
  workerData: { readonly stop: StopFlag },
  transfer: readonly ArrayBuffer[] = [],
): Worker {
  const extension = extname(fileURLToPath(import.meta.url));
  const worker = new Worker(new URL(`./${name}${extension}`, import.meta.url), {
    workerData,
    transferList: [...transfer],
  });
  atExit(stopThreads);
  living.set(worker, workerData.stop);
  worker.once('exit', () => living.delete(worker));
  return worker;
}

/**
 * Asks all threads to end, and holds the process until none is in native code; at most for 5 s.
 * @returns whether none is
 */
export function stopThreads(): boolean {
  const until = performance.now() + PATIENCE_MS;
  const flags = [...new Set(living.values())];
  flags.forEach(raiseStop);
  return flags.every((flag) => {
    for (;;) {
      const count = Atomics.load(flag, AT_WORK);
      if (count === 0) return true;
      const leftMs = until - performance.now();
      if (leftMs <= 0) return false;
      Atomics.wait(flag, AT_WORK, count, leftMs);
    }
  });
}

/** A flag that is not raised, of threads that are not at work. */
export function stopFlag(): StopFlag {
  return new Int32Array(new SharedArrayBuffer(8));
}

/** Raises a flag. */
export function raiseStop(flag: StopFlag): void {
  Atomics.store(flag, STOP, 1);
}

/** Whether a flag is raised. */
export function isStopped(flag: StopFlag): boolean {
  return Atomics.load(flag, STOP) !== 0;
}

/**
 * Says that this thread goes into native code, before it looks whether it is to end. It has to say `restFrom` when it
 * is out, or ends.
 */
export function goToWork(flag: StopFlag): void {
  Atomics.add(flag, AT_WORK, 1);
}

/** Says that this thread has left native code. */
export function restFrom(flag: StopFlag): void {
  Atomics.sub(flag, AT_WORK, 1);
  Atomics.notify(flag, AT_WORK);
}

/** Waits until a thread has ended. */
export function threadEnd(worker: Worker): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  worker.once('exit', () => resolve());
  // One that has ended already says so no more.
  if (worker.threadId === -1) resolve();
  return promise;
}
