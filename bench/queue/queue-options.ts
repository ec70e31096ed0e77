import type { Command } from 'commander';
import { UsageError } from '../../src/errors.ts';
import type { QueueServer } from '../../src/queue/server/connect.ts';
import type { SharedStore } from '../../src/queue/store/shared-store.ts';
import type { CarryOutPlan } from '../../src/truth/plan/planned-search.ts';
import type { Io } from '../io.ts';

/** Flags that say where a queue and its store are. */
export interface QueueFlags {
  readonly queue?: string;
  readonly store?: string;
}

/** A queue and a store that are open. */
export interface OpenQueue extends AsyncDisposable {
  readonly server: QueueServer;
  readonly store: SharedStore;
}

/** Adds the flags that say where a queue and its store are. */
export function addQueueOptions(command: Command): Command {
  return command
    .optionsGroup('Several machines:')
    .option(
      '--queue <url>',
      'share the work of all bench worker at redis://HOST:PORT (Redis ≥ 6.2, Valkey)',
    )
    .option('--store <place>', 'a folder that all machines see, or s3://BUCKET/PREFIX')
    .optionsGroup('Options:');
}

/**
 * Opens the queue and the store that flags name; null where no queue is named. The libraries are loaded here, so that
 * nothing of them is needed on one machine.
 *
 * @throws UsageError where one of both is missing, InfrastructureError where the server is not there or unfit
 */
export async function openQueue(
  { queue, store }: QueueFlags,
  io: Io,
  note: (line: string) => void,
): Promise<OpenQueue | null> {
  if (queue === undefined && store === undefined) return null;
  if (queue === undefined || store === undefined) {
    throw new UsageError('usage-queue', '--queue and --store belong together', {
      hint: 'work goes through the queue, vectors and lists through the store: name both',
    });
  }
  const { connectQueue } = await import('../../src/queue/server/connect.ts');
  const { openStore } = await import('../../src/queue/store/open-store.ts');
  const opened = await openStore({ address: store, cwd: io.cwd, env: io.env });
  const server = await connectQueue({
    ...{ url: queue, env: io.env, signal: io.signal },
    onProblem: note,
  });
  if (!server.facts.isAppendOnly) {
    note(
      `the queue server ${server.label} keeps no append-only file; a restart costs time, not parts`,
    );
  }
  return { server, store: opened, [Symbol.asyncDispose]: server.close };
}

/** Carries out plans of exact search through an open queue. */
export async function carryOutOn({ server, store }: OpenQueue): Promise<CarryOutPlan> {
  const { carryOutOnQueue } = await import('../../src/queue/truth/carry-out.ts');
  return carryOutOnQueue(server, store);
}
