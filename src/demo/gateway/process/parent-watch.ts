import { workerData } from 'node:worker_threads';

// A worker thread that ends its process once the parent is gone. The main thread notices by itself,
// through the closed channel, but only when its event loop turns: a long statement or an index that
// is being built would keep an orphan alive until then.
const parentPid = Number(workerData);
setInterval(() => {
  if (process.ppid !== parentPid) process.kill(process.pid, 'SIGKILL');
}, 500);
