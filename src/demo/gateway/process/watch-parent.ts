import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/** What the thread that watches is started with. */
export interface WatchOrder {
  readonly parentPid: number;
  /** Resident bytes beyond which the process is ended; null: any number. */
  readonly mostBytes: number | null;
}

/** Ends this process once its parent is gone or it takes too much memory, also while its event loop stands still. */
export function watchParent(mostBytes: number | null = null): void {
  const extension = extname(fileURLToPath(import.meta.url));
  const workerData: WatchOrder = { parentPid: process.ppid, mostBytes };
  new Worker(new URL(`./parent-watch${extension}`, import.meta.url), { workerData }).unref();
}
