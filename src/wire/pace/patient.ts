import type { Backend } from '../backend.ts';
import type { Outcome } from '../outcome.ts';
import { pause } from './pause.ts';
import { wrapped } from './wrapped.ts';

/** How long a backend is waited for that limits the rate of requests. */
export interface PatienceLimits {
  /** Longest single wait; a backend that asks for more is not waited for. */
  readonly maxWaitMs: number;
  /** Most times that one request is sent. */
  readonly maxSends: number;
  /** Longest time waited in all; beyond it requests end as `throttled`. */
  readonly maxTotalMs: number;
}

export const PATIENCE: PatienceLimits = { maxWaitMs: 30_000, maxSends: 8, maxTotalMs: 600_000 };

/** What was waited so far. */
export interface Waits {
  /** Requests that were throttled and sent again. */
  readonly count: number;
  readonly totalMs: number;
}

/** A backend that waits where it is throttled. */
export interface PatientBackend {
  readonly backend: Backend;
  readonly waits: () => Waits;
}

/** First wait where a backend does not say how long; each further one is twice as long. */
export const FIRST_WAIT_MS = 250;

/**
 * A backend for phases that are not timed: a throttled request waits as long as the backend asks (or 250 ms, then
 * twice as long each time), and is sent again. All requests of the backend wait together. Never for a measured phase.
 */
export function patient(backend: Backend, limits: PatienceLimits = PATIENCE): PatientBackend {
  let untilMs = 0;
  let totalMs = 0;
  let count = 0;
  const around = async <Value>(
    run: () => Promise<Outcome<Value>>,
    signal: AbortSignal | undefined,
  ): Promise<Outcome<Value>> => {
    for (let sends = 1; ; sends++) {
      await pause(untilMs - performance.now(), signal);
      const outcome = await run();
      if (outcome.kind !== 'throttled' || sends >= limits.maxSends) return outcome;
      const waitMs = outcome.retryAfterMs ?? FIRST_WAIT_MS * 2 ** (sends - 1);
      if (waitMs > limits.maxWaitMs || signal?.aborted === true) return outcome;
      const nowMs = performance.now();
      // Others that wait already wait for the same: time is counted once.
      const addedMs = Math.max(0, nowMs + waitMs - Math.max(nowMs, untilMs));
      if (totalMs + addedMs > limits.maxTotalMs) return outcome;
      untilMs = Math.max(untilMs, nowMs + waitMs);
      totalMs += addedMs;
      count++;
    }
  };
  return { backend: wrapped(backend, around), waits: () => ({ count, totalMs }) };
}
