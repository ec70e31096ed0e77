import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

import '../../onnx/no-telemetry.ts';

/**
 * Starts a file of this folder as a worker thread.
 *
 * @param name file name without its extension, which is taken from this file (`.ts`, or `.js` when built)
 */
export function startWorker(
  name: string,
  workerData: unknown,
  transfer: readonly ArrayBuffer[] = [],
): Worker {
  const extension = extname(fileURLToPath(import.meta.url));
  return new Worker(new URL(`./${name}${extension}`, import.meta.url), {
    workerData,
    transferList: [...transfer],
  });
}
