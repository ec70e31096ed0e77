import type { Redis } from 'ioredis';
import { z } from 'zod';
import { PREFIX, QUEUE } from './connect.ts';

const ALIVE_SECONDS = 60;
const BEAT_MS = 10_000;
/** Progress and failures of a run are forgotten after it. */
const KEPT_SECONDS = 7 * 86_400;

/** What one worker said of itself last. */
export interface WorkerWord {
  readonly name: string;
  /** The kind of job that it is at; null: none. */
  readonly doing: string | null;
  /** Jobs it has finished since it started. */
  readonly done: number;
  /** The queue that it takes jobs from: that of its release. */
  readonly release: string;
  /** Fingerprint of the encoder that it has; null: none. */
  readonly encoder: string | null;
  /** Origins that it may load. */
  readonly mayLoad: readonly string[];
}

const wordSchema = z.object({
  doing: z.string().nullable(),
  done: z.number(),
  release: z.string(),
  encoder: z.string().nullable(),
  mayLoad: z.array(z.string()),
});

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

/** What a job gave, and which worker did it. */
export interface DoneJob {
  readonly sha256: string;
  readonly worker: string;
}

/** Says that a job of a run is done; said twice it counts once. */
export async function sayDone(
  redis: Redis,
  run: string,
  job: string,
  { sha256, worker }: DoneJob,
): Promise<void> {
  await redis.hset(doneKey(run), job, `${sha256} ${worker}`);
  await redis.expire(doneKey(run), KEPT_SECONDS);
}

/** What jobs of a run gave, by the sha256; null for those that are not done. */
export async function resultsOf(
  redis: Redis,
  run: string,
  jobs: readonly string[],
): Promise<(string | null)[]> {
  const found = await redis.hmget(doneKey(run), ...jobs);
  return found.map((text) => text?.split(' ')[0] ?? null);
}

/** How many jobs of a run each worker has done. */
export async function doneByWorker(redis: Redis, run: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const text of await redis.hvals(doneKey(run))) {
    const worker = text.slice(text.indexOf(' ') + 1);
    counts.set(worker, (counts.get(worker) ?? 0) + 1);
  }
  return counts;
}

/** How many jobs of a run are done. */
export function countDone(redis: Redis, run: string): Promise<number> {
  return redis.hlen(doneKey(run));
}

/** Why a job of a run failed for good. */
export interface JobFailure {
  readonly kind: string;
  readonly why: string;
  /** The worker that it failed at. */
  readonly worker: string;
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

/** Why jobs of a run failed for good; null for those that have not. */
export async function failuresOf(
  redis: Redis,
  run: string,
  jobs: readonly string[],
): Promise<(JobFailure | null)[]> {
  const found = await redis.hmget(failedKey(run), ...jobs);
  return found.map((text) => (text === null ? null : (JSON.parse(text) as JobFailure)));
}

/** Why a run failed: the reason of the job that failed first by itself; null while none has. */
export async function failureOfRun(redis: Redis, run: string): Promise<JobFailure | null> {
  const all = (await redis.hvals(failedKey(run))).map((text) => JSON.parse(text) as JobFailure);
  return all.find(({ isOwn }) => isOwn) ?? all[0] ?? null;
}

/** A worker says that it is there; what it said is forgotten a minute later. */
export async function sayHere(
  redis: Redis,
  { name, ...word }: Omit<WorkerWord, 'release'>,
): Promise<void> {
  const text = JSON.stringify({ ...word, release: QUEUE });
  await redis.set(workerKey(name), text, 'EX', ALIVE_SECONDS);
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
      return [{ name: key.slice(workerKey('').length), ...wordOf(reply) }];
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Other releases say other things: such a worker is there, and no more is known. */
function wordOf(text: string): Omit<WorkerWord, 'name'> {
  const parsed = wordSchema.safeParse(JSON.parse(text));
  return parsed.success
    ? parsed.data
    : { doing: null, done: 0, release: '', encoder: null, mayLoad: [] };
}
