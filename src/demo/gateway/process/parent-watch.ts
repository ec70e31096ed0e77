import { workerData } from 'node:worker_threads';
import type { WatchOrder } from './watch-parent.ts';

// A worker thread that ends its process once the parent is gone. The main thread notices by itself,
// through the closed channel, but only when its event loop turns: a long statement or an index that
// is being built would keep an orphan alive until then.
const { parentPid, mostBytes } = workerData as WatchOrder;
setInterval(
  () => {
    const isTooLarge = mostBytes !== null && process.memoryUsage.rss() > mostBytes;
    if (isTooLarge || process.ppid !== parentPid) process.kill(process.pid, 'SIGKILL');
  },
  mostBytes === null ? 500 : 100,
);
