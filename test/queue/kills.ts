import { setTimeout as wait } from 'node:timers/promises';
import { truthCommand } from '../../bench/corpora/truth.ts';
import { startQueueServer } from '../../bench/experiments/scale/queue-server.ts';
import { randomStream } from '../../src/stats/random.ts';
import { type CommandResult, runCommand } from '../support/run-command.ts';
import { startWorker } from './worker-process.ts';

/** What is computed, and how often workers are killed meanwhile. */
export interface KilledTruth {
  /** Holds the corpus. */
  readonly cwd: string;
  readonly store: string;
  readonly out: string;
  readonly kills: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly seed?: number;
}

/**
 * Computes truth over three worker processes that are killed with -9 at random points, each replaced at once; the
 * server is killed and restarted from its append-only file in the middle.
 *
 * @returns how the command ended, and how many workers were killed before it did
 */
export async function truthWhileKilled({
  cwd,
  store,
  out,
  kills,
  env = {},
  seed = 7,
}: KilledTruth): Promise<{ readonly result: CommandResult; readonly kills: number }> {
  await using server = await startQueueServer();
  const args = ['--queue', server.url, '--store', store];
  const start = () => startWorker(args, env, cwd);
  const workers = [0, 1, 2].map(start);
  const random = randomStream(seed, 'kills');
  let isOver = false;
  let killed = 0;
  const killing = (async () => {
    await Promise.all(workers.map(({ ready }) => ready));
    while (!isOver && killed < kills) {
      await wait(random.integer(20, 400));
      if (isOver) break;
      if (killed === Math.floor(kills / 2)) await server.restart();
      const at = random.below(workers.length);
      await workers[at]?.end('SIGKILL');
      workers[at] = start();
      killed++;
    }
  })();
  const result = await runCommand(
    truthCommand,
    ['truth', 'corpus', '--k', '5', '--out', out, ...args],
    { cwd, env },
  );
  isOver = true;
  await killing;
  await Promise.all(workers.map((worker) => worker.end('SIGKILL')));
  return { result, kills: killed };
}
