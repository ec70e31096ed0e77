import { setTimeout as wait } from 'node:timers/promises';
import type { FlowJob } from 'bullmq';
import { InfrastructureError } from '../../errors.ts';
import type { Progress } from '../../progress.ts';
import { PREFIX, QUEUE, type QueueServer } from '../server/connect.ts';
import {
  countDone,
  doneByWorker,
  failureOfRun,
  keepAlive,
  resultsOf,
  workersHere,
} from '../server/presence.ts';
import type { JobData, JobKind } from './jobs.ts';
import { doneText, type WorkersNeeded, watchWorkers } from './watch-workers.ts';

const POLL_MS = 100;
/** Times that a job may fail before the whole does. */
const ATTEMPTS = 3;
/** Now and then it is checked that the server still has the flows. */
const TURNS_BETWEEN_CHECKS = 50;
/** Less often than it is counted what is done. */
const TURNS_BETWEEN_LOOKS = 5;

/** Who is told of a run, and who may take its jobs. */
export interface RunOptions extends Omit<WorkersNeeded, 'release'> {
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** A job of a flow, with those that it waits for. */
export type JobNode = NonNullable<FlowJob['children']>[number];

/**
 * Declares flows, shows how far they are, and waits until every job has said that it is done. What is left of them is
 * taken off the queue in the end.
 * @returns how many each worker did, in words
 * @throws InfrastructureError with the reason of a job that failed three times, or that was refused
 */
export async function runJobs(
  server: QueueServer,
  run: string,
  roots: readonly FlowJob[],
  options: RunOptions,
): Promise<string> {
  await using _alive = await keepAlive(server.redis, run);
  options.progress.stage(
    'jobs',
    roots.reduce((sum, root) => sum + countJobs(root), 0),
  );
  try {
    await untilDone(server, run, roots, options);
    return doneText(await doneByWorker(server.redis, run));
  } finally {
    await forget(server, roots);
  }
}

/** A job without those that it waits for; failing three times it fails the whole. */
export function jobNode<Kind extends JobKind>(name: Kind, jobId: string, data: JobData<Kind>) {
  return {
    name,
    queueName: QUEUE,
    prefix: PREFIX,
    data,
    opts: {
      jobId,
      attempts: ATTEMPTS,
      backoff: { type: 'exponential', delay: 1000 },
      failParentOnFailure: true,
      removeOnComplete: true,
      removeOnFail: { age: 86_400 },
    },
  };
}

function countJobs({ children = [] }: JobNode): number {
  return children.reduce((sum, child) => sum + countJobs(child), 1);
}

/** Waits until every job has said that it is done. */
async function untilDone(
  server: QueueServer,
  run: string,
  roots: readonly FlowJob[],
  { progress, signal, ...needed }: RunOptions,
): Promise<void> {
  const total = roots.reduce((sum, root) => sum + countJobs(root), 0);
  let told = 0;
  const workers = watchWorkers({ release: QUEUE, ...needed });
  for (let turn = 0; told < total; turn++) {
    if (turn > 0) await wait(POLL_MS, undefined, { signal });
    if (turn % TURNS_BETWEEN_CHECKS === 0) await declareMissing(server, roots);
    const done = await countDone(server.redis, run);
    progress.tick(done - told);
    told = done;
    if (turn % TURNS_BETWEEN_LOOKS !== 0) continue;
    const failure = await failureOfRun(server.redis, run);
    if (failure !== null) {
      const { kind, worker, why } = failure;
      throw new InfrastructureError('queue-job', `a job (${kind}) failed at ${worker}: ${why}`, {
        hint: 'what is finished is kept: fix it, and the same command goes on from there',
      });
    }
    const { remark, details, notes } = workers.look(await workersHere(server.redis));
    progress.remark(remark);
    progress.details?.(details);
    for (const line of notes) progress.note(line);
  }
  progress.remark('');
  progress.details?.([]);
}

/** Adds the flows that the server does not have: at the start all, after a restart that lost them some. */
async function declareMissing(
  { queue, flows, redis }: QueueServer,
  roots: readonly FlowJob[],
): Promise<void> {
  for (const root of roots) {
    const id = root.opts?.jobId ?? '';
    const [done] = await resultsOf(redis, String(root.data.run), [id]);
    if (typeof done === 'string') continue;
    if ((await queue.getJob(id)) === undefined) await flows.add(root);
  }
}

/** Takes what is left of the flows off the queue; a job that is at work is refused when it is taken up again. */
async function forget({ queue }: QueueServer, roots: readonly FlowJob[]): Promise<void> {
  for (const { opts } of roots) {
    await queue.remove(opts?.jobId ?? '', { removeChildren: true }).catch(() => {});
  }
}
