import { setTimeout as wait } from 'node:timers/promises';
import type { FlowJob } from 'bullmq';
import { InfrastructureError } from '../../errors.ts';
import type { Progress } from '../../progress.ts';
import { PREFIX, QUEUE, type QueueServer } from '../server/connect.ts';
import { countDone, failureOfRun, isDone, keepAlive, workersHere } from '../server/presence.ts';
import type { JobData, JobKind } from './jobs.ts';

const POLL_MS = 100;
/** Times that a job may fail before the whole does. */
const ATTEMPTS = 3;
/** Now and then it is checked that the server still has the flows. */
const TURNS_BETWEEN_CHECKS = 50;
/** Less often than it is counted what is done. */
const TURNS_BETWEEN_LOOKS = 5;

/** A job of a flow, with those that it waits for. */
export type JobNode = NonNullable<FlowJob['children']>[number];

/**
 * Declares flows, shows how far they are, and waits until every job has said that it is done. What is left of them is
 * taken off the queue in the end.
 * @throws InfrastructureError with the reason of a job that failed three times, or that was refused
 */
export async function runJobs(
  server: QueueServer,
  run: string,
  roots: readonly FlowJob[],
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<void> {
  await using _alive = await keepAlive(server.redis, run);
  progress.stage(
    'jobs',
    roots.reduce((sum, root) => sum + countJobs(root), 0),
  );
  try {
    await untilDone(server, run, roots, progress, signal);
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
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const total = roots.reduce((sum, root) => sum + countJobs(root), 0);
  let told = 0;
  let isLonely = false;
  for (let turn = 0; told < total; turn++) {
    if (turn > 0) await wait(POLL_MS, undefined, { signal });
    if (turn % TURNS_BETWEEN_CHECKS === 0) await declareMissing(server, roots);
    const done = await countDone(server.redis, run);
    progress.tick(done - told);
    told = done;
    if (turn % TURNS_BETWEEN_LOOKS !== 0) continue;
    const failure = await failureOfRun(server.redis, run);
    if (failure !== null) {
      throw new InfrastructureError('queue-job', `a job (${failure.kind}) failed: ${failure.why}`, {
        hint: 'what is finished is kept: fix it, and the same command goes on from there',
      });
    }
    const here = await workersHere(server.redis);
    progress.remark(
      `${here.length} workers${here.map((one) => ` · ${one.name} ${one.done}`).join('')}`,
    );
    if (here.length === 0 && turn > 0 && !isLonely) {
      progress.note('no worker is there yet: start bench worker with the same --queue and --store');
    }
    isLonely = here.length === 0;
  }
  progress.remark('');
}

/** Adds the flows that the server does not have: at the start all, after a restart that lost them some. */
async function declareMissing(
  { queue, flows, redis }: QueueServer,
  roots: readonly FlowJob[],
): Promise<void> {
  for (const root of roots) {
    const id = root.opts?.jobId ?? '';
    if (await isDone(redis, String(root.data.run), id)) continue;
    if ((await queue.getJob(id)) === undefined) await flows.add(root);
  }
}

/** Takes what is left of the flows off the queue; a job that is at work is refused when it is taken up again. */
async function forget({ queue }: QueueServer, roots: readonly FlowJob[]): Promise<void> {
  for (const { opts } of roots) {
    await queue.remove(opts?.jobId ?? '', { removeChildren: true }).catch(() => {});
  }
}
