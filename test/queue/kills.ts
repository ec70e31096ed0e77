import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'vitest';
import { truthCommand } from '../../bench/corpora/truth.ts';
import { startQueueServer } from '../../bench/experiments/scale/queue-server.ts';
import { randomStream } from '../../src/stats/random.ts';
import { type CommandResult, runCommand } from '../support/run-command.ts';
import { expectSameTruth } from './corpus-in-blocks.ts';
import { startWorker } from './worker-process.ts';

/** What was done to workers and server while truth was computed. */
interface Mistreated {
  readonly kills: number;
  readonly restarts: number;
}

interface KilledTruth {
  readonly cwd: string;
  readonly store: string;
  readonly out: string;
  readonly kills: number;
  readonly env: Readonly<Record<string, string>>;
  readonly seed: number;
}

/**
 * Computes truth again and again, each time in a new store, until so many workers were killed at work; each result
 * must be that of one process, byte for byte. A truth may be done before all are killed.
 *
 * @returns how many were killed, and how often the server was killed and restarted
 */
export async function truthUntilKilled(options: {
  /** Holds the corpus, and its truth in the folder `here`. */
  readonly cwd: string;
  readonly kills: number;
  readonly storeOf: (round: number) => string;
  readonly env?: Readonly<Record<string, string>>;
}): Promise<Mistreated> {
  const { cwd, storeOf, env = {} } = options;
  let killed = 0;
  let restarts = 0;
  for (let round = 0; killed < options.kills && round < 20; round++) {
    const store = storeOf(round);
    const out = `out-${store.replace(/\W+/g, '-')}`;
    const left = options.kills - killed;
    const done = await truthWhileKilled({ cwd, store, out, kills: left, seed: round, env });
    expect(done.result).toMatchObject({ code: 0, error: null });
    await expectSameTruth(cwd, out);
    killed += done.kills;
    restarts += done.restarts;
  }
  return { kills: killed, restarts };
}

/**
 * Computes truth over three worker processes that are killed with -9 at random points while they take work, each
 * replaced at once; the server is killed and restarted from its append-only file after two of them.
 *
 * @returns how the command ended, and how many workers were killed before it did
 */
async function truthWhileKilled({
  cwd,
  store,
  out,
  kills,
  env,
  seed,
}: KilledTruth): Promise<Mistreated & { readonly result: CommandResult }> {
  await using server = await startQueueServer();
  const args = ['--queue', server.url, '--store', store];
  const start = () => startWorker(args, env, cwd);
  const workers = [0, 1, 2].map(start);
  const random = randomStream(seed, 'kills');
  let isOver = false;
  let killed = 0;
  let restarts = 0;
  const killing = (async () => {
    await Promise.all(workers.map(({ ready }) => ready));
    while (!isOver && killed < kills) {
      const at = random.below(workers.length);
      // One that has not proved itself yet holds no job.
      await workers[at]?.ready;
      await wait(random.integer(20, 400));
      if (isOver) break;
      if (killed === 2) {
        await server.restart();
        restarts++;
      }
      await workers[at]?.end('SIGKILL');
      workers[at] = start();
      killed++;
    }
  })();
  // It is waited for below.
  killing.catch(() => {});
  const result = await runCommand(
    truthCommand,
    ['truth', 'corpus', '--k', '5', '--out', out, ...args],
    { cwd, env },
  );
  isOver = true;
  await killing;
  await Promise.all(workers.map((worker) => worker.end('SIGKILL')));
  return { result, kills: killed, restarts };
}
