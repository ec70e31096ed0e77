import type { Redis } from 'ioredis';
import { PREFIX } from './connect.ts';

const ALIVE_SECONDS = 60;
const BEAT_MS = 10_000;
/** Progress and failures of a run are forgotten after it. */
const KEPT_SECONDS = 7 * 86_400;

/** What one worker said of itself last. */
export interface WorkerWord {
  readonly name: string;
  /** What it is at, a few words. */
  readonly doing: string;
  /** Jobs it has finished since it started. */
  readonly done: number;
}

const aliveKey = (run: string) => `${PREFIX}:run:${run}:alive`;
const endedKey = (run: string) => `${PREFIX}:run:${run}:ended`;
const doneKey = (run: string) => `${PREFIX}:run:${run}:done`;
const failedKey = (run: string) => `${PREFIX}:run:${run}:failed`;
const workerKey = (name: string) => `${PREFIX}:worker:${name}`;

/** Keeps saying that the coordinator of a run is there, until it is stopped. */
export async function keepAlive(redis: Redis, run: string): Promise<AsyncDisposable> {
  const beat = () => redis.set(aliveKey(run), '1', 'EX', ALIVE_SECONDS);
  await beat();
  // A server that is away for a moment is no reason to end: the next beat comes.
  const timer = setInterval(() => void beat().catch(() => {}), BEAT_MS);
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      // What is left of its jobs is refused at once, and not waited for.
      await redis.set(endedKey(run), '1', 'EX', KEPT_SECONDS).catch(() => {});
      await redis.del(aliveKey(run), doneKey(run), failedKey(run)).catch(() => {});
    },
  };
}

/** Whether somebody still waits for a run. */
export async function isWaitedFor(redis: Redis, run: string): Promise<boolean> {
  return (await redis.exists(aliveKey(run))) === 1;
}

/** Whether the coordinator of a run said that it is over. */
export async function hasEnded(redis: Redis, run: string): Promise<boolean> {
  return (await redis.exists(endedKey(run))) === 1;
}

/** Says that a job of a run is done; said twice it counts once. */
export async function sayDone(redis: Redis, run: string, job: string): Promise<void> {
  await redis.sadd(doneKey(run), job);
  await redis.expire(doneKey(run), KEPT_SECONDS);
}

/** Whether a job of a run is done. */
export async function isDone(redis: Redis, run: string, job: string): Promise<boolean> {
  return (await redis.sismember(doneKey(run), job)) === 1;
}

/** How many jobs of a run are done. */
export function countDone(redis: Redis, run: string): Promise<number> {
  return redis.scard(doneKey(run));
}

/** Why a job of a run failed for good. */
export interface JobFailure {
  readonly kind: string;
  readonly why: string;
  /** False where the job failed because one that it waits for did, or was given up. */
  readonly isOwn: boolean;
}

/** Says why a job of a run failed for good; its own reason is not written over. */
export async function sayFailed(
  redis: Redis,
  run: string,
  job: string,
  failure: JobFailure,
): Promise<void> {
  const text = JSON.stringify(failure);
  if (failure.isOwn) await redis.hset(failedKey(run), job, text);
  else await redis.hsetnx(failedKey(run), job, text);
  await redis.expire(failedKey(run), KEPT_SECONDS);
}

/** Why one job of a run failed for good; null where it has not. */
export async function failureOfJob(
  redis: Redis,
  run: string,
  job: string,
): Promise<JobFailure | null> {
  const text = await redis.hget(failedKey(run), job);
  return text === null ? null : (JSON.parse(text) as JobFailure);
}

/** Why a run failed: the reason of the job that failed first by itself; null while none has. */
export async function failureOfRun(redis: Redis, run: string): Promise<JobFailure | null> {
  const all = (await redis.hvals(failedKey(run))).map((text) => JSON.parse(text) as JobFailure);
  return all.find(({ isOwn }) => isOwn) ?? all[0] ?? null;
}

/** A worker says that it is there; what it said is forgotten a minute later. */
export async function sayHere(redis: Redis, { name, doing, done }: WorkerWord): Promise<void> {
  await redis.set(workerKey(name), JSON.stringify([doing, done]), 'EX', ALIVE_SECONDS);
}

/** A worker says that it goes. */
export async function sayGone(redis: Redis, name: string): Promise<void> {
  await redis.del(workerKey(name));
}

/** Workers that were heard of within the last minute, by name. */
export async function workersHere(redis: Redis): Promise<WorkerWord[]> {
  const keys: string[] = [];
  let cursor = '0';
  do {
    const [next, found] = await redis.scan(cursor, 'MATCH', workerKey('*'), 'COUNT', 1000);
    cursor = next;
    keys.push(...found);
  } while (cursor !== '0');
  const words = keys.length === 0 ? [] : await redis.mget(keys);
  return keys
    .flatMap((key, at) => {
      const reply = words[at];
      if (reply === null || reply === undefined) return [];
      const [doing = '', done = 0] = JSON.parse(reply) as [string?, number?];
      return [{ name: key.slice(workerKey('').length), doing: String(doing), done: Number(done) }];
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
