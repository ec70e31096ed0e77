import { setTimeout as sleep } from 'node:timers/promises';
import { askFrontend, connectTo } from '../../src/cutover/observe/ask.ts';
import { lightRequest } from '../../src/cutover/observe/requests.ts';
import { goLakehouse } from '../../src/wire/lakehouse/go-lakehouse.ts';
import { rustLakehouse } from '../../src/wire/lakehouse/rust-lakehouse.ts';

/** What became of the requests to one side, by status and the frontend's own code, or by failure. */
export type Tally = Readonly<Record<string, number>>;

/** What a storm showed. */
export interface StormResult {
  readonly incumbent: Tally;
  readonly candidate: Tally;
  /** Requests without any answer, a side. */
  readonly lost: { readonly incumbent: number; readonly candidate: number };
  /** Longest wait of either side in milliseconds. */
  readonly slowestMs: { readonly incumbent: number; readonly candidate: number };
}

/** What is sent while the candidate restarts. */
export interface StormOptions {
  readonly frontendUrl: string;
  /** All requests; every second one goes to the candidate. */
  readonly requests: number;
  readonly concurrency: number;
  readonly restarts: number;
  /** Ends the candidate without warning and brings it back. */
  readonly restart: () => Promise<void>;
  /** Pause of a stream after each request: a candidate that is down answers at once. */
  readonly restPerRequestMs: number;
  /** How long the candidate is left in peace after a restart. */
  readonly upMs: number;
}

const TIMEOUT_MS = 30_000;

/** Sends requests to both sides through the frontend while the candidate is restarted again and again. */
export async function restartStorm(options: StormOptions): Promise<StormResult> {
  const { frontendUrl, requests, concurrency, restarts, restart, restPerRequestMs, upMs } = options;
  const shape = { timeoutMs: TIMEOUT_MS, connections: concurrency };
  const sides = {
    incumbent: connectTo(`${frontendUrl}/api`, rustLakehouse(), shape),
    candidate: connectTo(`${frontendUrl}/_go`, goLakehouse(), shape),
  };
  const routes = {
    incumbent: lightRequest(sides.incumbent, ''),
    candidate: lightRequest(sides.candidate, ''),
  };
  const tallies = {
    incumbent: {} as Record<string, number>,
    candidate: {} as Record<string, number>,
  };
  const lost = { incumbent: 0, candidate: 0 };
  const slowestMs = { incumbent: 0, candidate: 0 };
  let next = 0;
  let restarted = 0;
  const worker = async () => {
    while (next < requests) {
      // The last ones wait for the last restart, so that every restart has requests around it.
      const isEarly = restarted < restarts && next > (requests * (restarted + 1)) / (restarts + 1);
      if (isEarly) {
        await sleep(1);
        continue;
      }
      const side = next++ % 2 === 0 ? 'incumbent' : 'candidate';
      const answer = await askFrontend(sides[side].http, routes[side]);
      const key = answer.failure ?? [answer.status, answer.frontendError ?? ''].join(' ').trim();
      tallies[side][key] = (tallies[side][key] ?? 0) + 1;
      if (answer.status === null) lost[side] += 1;
      slowestMs[side] = Math.max(slowestMs[side], answer.latencyMs);
      if (restPerRequestMs > 0) await sleep(restPerRequestMs);
    }
  };
  const storm = Promise.all(Array.from({ length: concurrency }, worker));
  while (restarted < restarts) {
    await restart();
    restarted += 1;
    await sleep(upMs);
  }
  await storm;
  await Promise.all([sides.incumbent.close(), sides.candidate.close()]);
  return { ...tallies, lost, slowestMs };
}
