import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { Job } from 'bullmq';
import { InfrastructureError, UsageError } from '../../errors.ts';
import { QUEUE, type QueueServer } from '../server/connect.ts';
import {
  hasEnded,
  isWaitedFor,
  type JobFailure,
  sayDone,
  sayFailed,
  sayGone,
  sayHere,
} from '../server/presence.ts';
import { type JobTools, jobRunner } from './carry-out-job.ts';
import {
  isJobKind,
  type JobKind,
  type JobResult,
  NotForThisWorker,
  parseJob,
  refusedJob,
} from './jobs.ts';
import { type SelfTest, selfTest } from './self-test.ts';

/** What a worker works with. */
export interface WorkerOptions extends JobTools {
  /** Aborted to end the worker: what it is at goes back to the queue. */
  readonly signal: AbortSignal;
  /** Milliseconds after which the job of a worker that is dead goes to another. */
  readonly lockMs?: number;
  readonly onReady?: (found: SelfTest, name: string) => void;
  /** Told what it is at, null where it waits, and how many jobs it has finished. */
  readonly onWork?: (kind: JobKind | null, done: number) => void;
}

/** Long enough for a machine that swaps or a server that restarts; a live worker renews it all the time. */
const LOCK_MS = 60_000;
/** Workers that one job may take with it before it is given up. */
const MOST_STALLED = 10;
/** A coordinator whose server restarts says nothing for a while. */
const WAIT_FOR_COORDINATOR_MS = 30_000;
const BEAT_MS = 5000;
/** A job that this worker cannot do waits so long for another. */
const PASS_ON_MS = 250;

/**
 * Takes jobs until it is told to stop. It proves itself first, and takes nothing where that fails. Searching runs in
 * the engine's threads, so the event loop is free to renew the lock of the job.
 *
 * A job whose worker dies goes to another once its lock is over. Told to stop, a worker gives its job back at once,
 * and ends without it where the server is away.
 * A job that was not made by this suite, or that does not fit the store, is refused and not tried again.
 *
 * @returns how many jobs it finished
 * @throws InfrastructureError where the worker fails its self-test
 */
export async function runWorker(options: WorkerOptions): Promise<number> {
  const { server, store, engine, signal, onWork, lockMs = LOCK_MS } = options;
  const { redis, bull } = server;
  const found = await selfTest(engine, store, redis);
  // Containers may share a host's name and a process's number.
  const name = `${hostname()}-${process.pid}-${randomBytes(2).toString('hex')}`;
  options.onReady?.(found, name);
  const runner = jobRunner(options);
  let doing: JobKind | null = null;
  let done = 0;
  const able = {
    encoder: options.encoder?.fingerprint ?? null,
    mayLoad: [...(options.rights?.origins ?? [])],
  };
  const say = () => sayHere(redis, { name, doing, done, ...able }).catch(() => {});
  const gone = new Set<string>();
  const broken = new AbortController();
  const ended = AbortSignal.any([signal, broken.signal]);
  const take = async (job: Job, token = '', lost?: AbortSignal): Promise<JobResult> => {
    const stop = lost === undefined ? ended : AbortSignal.any([ended, lost]);
    try {
      if (!isJobKind(job.name)) throw refusedJob(`no job is called ${JSON.stringify(job.name)}`);
      const { run } = parseJob(job.name, job.data);
      await requireCoordinator(server, run, gone, stop);
      doing = job.name;
      onWork?.(doing, done);
      void say();
      const result = await runner.carryOut(job.name, job, stop);
      await sayDone(server.redis, run, job.id ?? '', { sha256: result.sha256, worker: name });
      done++;
      return result;
    } catch (error) {
      // A machine that has lost its disk must not fail one job after another.
      if (error instanceof InfrastructureError && !ended.aborted) {
        await selfTest(engine, store, server.redis).catch((why) => broken.abort(why));
      }
      // A slice that was interrupted is lost: the next worker that takes it refuses it.
      if (ended.aborted) {
        await job.moveToWait(token);
        throw new bull.WaitingError();
      }
      if (error instanceof NotForThisWorker) {
        await job.moveToDelayed(Date.now() + PASS_ON_MS, token);
        throw new bull.DelayedError();
      }
      // It is another worker's by now, and so is what becomes of it.
      if (lost?.aborted === true) throw error;
      throw await failureOf(server, job, error, name);
    } finally {
      doing = null;
      onWork?.(null, done);
      void say();
    }
  };
  const worker = new bull.Worker(QUEUE, take, {
    ...server.workerOptions(),
    name,
    concurrency: 1,
    lockDuration: lockMs,
    stalledInterval: lockMs / 2,
    maxStalledCount: MOST_STALLED,
  });
  worker.on('error', server.tell);
  // A lock that was lost is another worker's job by now.
  worker.on('lockRenewalFailed', (ids) => {
    for (const id of ids) worker.cancelJob(id, 'the lock of the job was lost');
  });
  // Failures that never reached `take`: a job that took too many workers with it.
  worker.on('failed', (job, error) => {
    if (job === undefined) return;
    const failure = { kind: job.name, why: error.message, worker: name, isOwn: false };
    void tellFailure(server, job, failure).catch(() => {});
  });
  const beat = setInterval(() => void say(), BEAT_MS);
  await say();
  try {
    await untilAborted(ended);
  } finally {
    clearInterval(beat);
    // A server that is away takes nothing back: the job is another worker's once its lock is over.
    await worker.close(redis.status !== 'ready');
    await runner.close();
    await sayGone(redis, name).catch(() => {});
  }
  if (broken.signal.aborted && !signal.aborted) throw broken.signal.reason;
  return done;
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

/** @throws UsageError `job-refused` where nobody waits for the run any more. */
async function requireCoordinator(
  { redis }: QueueServer,
  run: string,
  gone: Set<string>,
  signal: AbortSignal,
): Promise<void> {
  const until = performance.now() + WAIT_FOR_COORDINATOR_MS;
  while (!(await isWaitedFor(redis, run))) {
    if (gone.has(run) || performance.now() > until || (await hasEnded(redis, run))) {
      gone.add(run);
      throw refusedJob(`nobody waits for the run ${run} any more`);
    }
    await wait(1000, undefined, { signal });
  }
}

/** The error that BullMQ is given: what was refused is not tried again. What failed for good is told. */
async function failureOf(
  server: QueueServer,
  job: Job,
  error: unknown,
  worker: string,
): Promise<Error> {
  const isRefused = error instanceof UsageError;
  const shown = error instanceof Error ? error : new Error(String(error));
  const isLast = isRefused || job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
  if (isLast) {
    await tellFailure(server, job, { kind: job.name, why: shown.message, worker, isOwn: true });
  }
  return isRefused ? new server.bull.UnrecoverableError(shown.message) : shown;
}

async function tellFailure({ redis }: QueueServer, job: Job, failure: JobFailure): Promise<void> {
  const run: unknown = job.data?.run;
  if (typeof run !== 'string') return;
  if (!failure.isOwn && (await job.getState()) !== 'failed') return;
  await sayFailed(redis, run, job.id ?? '', failure);
}
