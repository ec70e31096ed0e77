import { setTimeout as wait } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { type ClockOffset, wallMs } from '../server/clock.ts';
import { PREFIX } from '../server/connect.ts';

/** Names one schedule of one run. */
export interface TrialName {
  readonly run: string;
  readonly trial: string;
  /** Sent again, it is another. */
  readonly attempt: number;
}

const KEPT_SECONDS = 3600;
const POLL_MS = 20;
/** The last stretch before the start is not left to timers. */
const SPIN_MS = 20;

const armedKey = ({ run, trial, attempt }: TrialName) =>
  `${PREFIX}:run:${run}:armed:${trial}:${attempt}`;
const startKey = ({ run, trial, attempt }: TrialName) =>
  `${PREFIX}:run:${run}:start:${trial}:${attempt}`;

/**
 * A machine says that it is connected and waits for the time to begin.
 * @returns whether none has said so of this slice before
 */
export async function sayArmed(redis: Redis, name: TrialName, slice: number): Promise<boolean> {
  const isFirst = (await redis.sadd(armedKey(name), String(slice))) === 1;
  await redis.expire(armedKey(name), KEPT_SECONDS);
  return isFirst;
}

/** How many machines wait for the time to begin. */
export function countArmed(redis: Redis, name: TrialName): Promise<number> {
  return redis.scard(armedKey(name));
}

/** Tells all machines when to begin, in milliseconds of the server's clock; null: not at all. */
export async function sayStart(redis: Redis, name: TrialName, atMs: number | null): Promise<void> {
  await redis.set(startKey(name), atMs === null ? 'never' : String(atMs), 'EX', KEPT_SECONDS);
}

/** Waits until it is said when to begin. @returns milliseconds of the server's clock; null: not at all */
export async function untilStartIsSaid(
  redis: Redis,
  name: TrialName,
  options: { readonly withinMs: number; readonly signal: AbortSignal },
): Promise<number | null> {
  for (const until = wallMs() + options.withinMs; wallMs() < until; ) {
    const reply = await redis.get(startKey(name));
    if (reply !== null) return reply === 'never' ? null : Number(reply);
    await wait(POLL_MS, undefined, { signal: options.signal });
  }
  return null;
}

/**
 * Waits for a time of the server's clock, to a turn of the event loop.
 * @returns milliseconds by which it came late
 */
export async function untilServerTime(
  atMs: number,
  { offsetMs }: ClockOffset,
  signal: AbortSignal,
): Promise<number> {
  const own = atMs - offsetMs;
  const left = own - wallMs() - SPIN_MS;
  if (left > 0) await wait(left, undefined, { signal });
  while (wallMs() < own) await new Promise<void>((turn) => void setImmediate(turn));
  return wallMs() - own;
}
