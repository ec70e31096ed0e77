import { once } from 'node:events';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { Job } from 'bullmq';
import type { Encoder } from '../../embed/types.ts';
import { InfrastructureError, UsageError } from '../../errors.ts';
import type { ExactEngine } from '../../truth/engines/exact-engine.ts';
import { embedShard } from '../embed/embed-shard.ts';
import { sendSlice } from '../load/load-slice.ts';
import type { LoadRights } from '../load/slice-sides.ts';
import { PREFIX, QUEUE, type QueueServer } from '../server/connect.ts';
import { hasEnded, isWaitedFor, sayDone, sayFailed, sayGone, sayHere } from '../server/presence.ts';
import type { SharedStore } from '../store/shared-store.ts';
import { reduceLists } from '../truth/truth-reduce.ts';
import { shardSearcher } from '../truth/truth-shard.ts';
import { isJobKind, type JobKind, type JobResult, parseJob, refusedJob } from './jobs.ts';
import { type SelfTest, selfTest } from './self-test.ts';

/** What a worker works with. */
export interface WorkerOptions {
  readonly server: QueueServer;
  readonly store: SharedStore;
  readonly engine: ExactEngine;
  /** What it embeds texts with; without one it embeds none. */
  readonly encoder?: Encoder | null;
  /** What it may be made to load; nothing by default. */
  readonly rights?: LoadRights;
  /** Aborted to end the worker: what it is at goes back to the queue. */
  readonly signal: AbortSignal;
  /** Milliseconds after which the job of a worker that is dead goes to another. */
  readonly lockMs?: number;
  readonly onReady?: (found: SelfTest, name: string) => void;
  readonly note: (line: string) => void;
}

/** Long enough for a machine that swaps or a server that restarts; a live worker renews it all the time. */
const LOCK_MS = 60_000;
/** Workers that one job may take with it before it is given up. */
const MOST_STALLED = 10;
/** A coordinator whose server restarts says nothing for a while. */
const WAIT_FOR_COORDINATOR_MS = 30_000;
const BEAT_MS = 5000;
/** A job that this worker cannot do waits so long for another. */
const PASS_ON_MS = 1000;

/** A job that another worker can do. */
class NotForThisWorker extends Error {}

/**
 * Takes jobs until it is told to stop. It proves itself first, and takes nothing where that fails. Searching runs in
 * the engine's threads, so the event loop is free to renew the lock of the job.
 *
 * A job whose worker dies goes to another once its lock is over. Told to stop, a worker gives its job back at once.
 * A job that was not made by this suite, or that does not fit the store, is refused and not tried again.
 *
 * @throws InfrastructureError where the worker fails its self-test
 */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { server, store, engine, signal, note, lockMs = LOCK_MS } = options;
  const { rights = { origins: new Set(), env: {} } } = options;
  const { redis, bull } = server;
  const found = await selfTest(engine, store, redis);
  const name = `${hostname()}-${process.pid}`;
  options.onReady?.(found, name);
  const searcher = shardSearcher(store, engine);
  let doing = 'waiting';
  let done = 0;
  const say = () => sayHere(redis, { name, doing, done }).catch(() => {});
  const gone = new Set<string>();
  const broken = new AbortController();
  const ended = AbortSignal.any([signal, broken.signal]);
  const carryOut = async (kind: JobKind, job: Job, stop: AbortSignal): Promise<JobResult> => {
    switch (kind) {
      case 'truth-shard':
        return await searcher.carryOut(parseJob(kind, job.data), stop);
      case 'truth-reduce': {
        const data = parseJob(kind, job.data);
        return await reduceLists(store, data, await childResults(job));
      }
      case 'embed-shard': {
        const data = parseJob(kind, job.data);
        if (options.encoder?.fingerprint !== data.encoder) return await passOn(job);
        return await embedShard(data, { store, encoder: options.encoder, signal: stop });
      }
      case 'load-slice': {
        const data = parseJob(kind, job.data);
        // Its worker died at it, and it may have been sent in part: a slice is never sent again.
        if (job.attemptsStarted > 1) throw refusedJob('a slice of a load is sent once');
        return await sendSlice(data, { server, store, rights, signal: stop });
      }
    }
  };
  const take = async (job: Job, token = '', lost?: AbortSignal): Promise<JobResult> => {
    const stop = lost === undefined ? ended : AbortSignal.any([ended, lost]);
    try {
      if (!isJobKind(job.name)) throw refusedJob(`no job is called ${JSON.stringify(job.name)}`);
      const { run } = parseJob(job.name, job.data);
      await requireCoordinator(server, run, gone, stop);
      doing = `${job.name} ${job.id}`;
      void say();
      const result = await carryOut(job.name, job, stop);
      await sayDone(server.redis, run, job.id ?? '');
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
      throw await failureOf(server, job, error);
    } finally {
      doing = 'waiting';
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
  worker.on('error', (error) => note(error.message));
  // A lock that was lost is another worker's job by now.
  worker.on('lockRenewalFailed', (ids) => {
    for (const id of ids) worker.cancelJob(id, 'the lock of the job was lost');
  });
  // Failures that never reached `take`: a job that took too many workers with it.
  worker.on('failed', (job, error) => {
    if (job !== undefined) void tellFailure(server, job, error, false).catch(() => {});
  });
  const beat = setInterval(() => void say(), BEAT_MS);
  await say();
  try {
    await untilAborted(ended);
  } finally {
    clearInterval(beat);
    await worker.close();
    await searcher.close();
    await sayGone(redis, name).catch(() => {});
  }
  if (broken.signal.aborted && !signal.aborted) throw broken.signal.reason;
}

/** Another worker may have the encoder. */
async function passOn(job: Job): Promise<never> {
  throw new NotForThisWorker(`${job.name} is for a worker with another encoder`);
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
async function failureOf(server: QueueServer, job: Job, error: unknown): Promise<Error> {
  const isRefused = error instanceof UsageError;
  const shown = error instanceof Error ? error : new Error(String(error));
  const isLast = isRefused || job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
  if (isLast) await tellFailure(server, job, shown, true);
  return isRefused ? new server.bull.UnrecoverableError(shown.message) : shown;
}

async function tellFailure(
  { redis }: QueueServer,
  job: Job,
  error: Error,
  isOwn: boolean,
): Promise<void> {
  const run: unknown = job.data?.run;
  if (typeof run !== 'string') return;
  if (!isOwn && (await job.getState()) !== 'failed') return;
  await sayFailed(redis, run, job.id ?? '', { kind: job.name, why: error.message, isOwn });
}

async function childResults(job: Job): Promise<Map<string, JobResult>> {
  const values = await job.getChildrenValues<JobResult>();
  const prefix = `${PREFIX}:${QUEUE}:`;
  return new Map(
    Object.entries(values).map(([key, value]) => [
      key.startsWith(prefix) ? key.slice(prefix.length) : key,
      value,
    ]),
  );
}
