import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** Child process that keeps every core busy until its parent ends or kills it. */
for (let core = 0; core < availableParallelism(); core++) {
  new Worker('for (;;);', { eval: true });
}
process.on('disconnect', () => process.exit(0));
