import { LONGEST_TIMER_MS } from '../../wire/pace/pause.ts';

/** How exactly requests are sent: `precise` spins for the last milliseconds, `eco` uses timers alone. */
export type PaceMode = 'precise' | 'eco';

/** The one outside world of the pacer; tests hand in one that they turn by hand. */
export interface Clock {
  /** Milliseconds from a fixed origin; never goes back. */
  readonly now: () => number;
  /** Calls back after about `delayMs`; gives a function that calls it off. */
  readonly after: (delayMs: number, call: () => void) => () => void;
  /** Calls back in the next turn of the event loop; gives a function that calls it off. */
  readonly soon: (call: () => void) => () => void;
}

/** The process's own clock and event loop. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after: (delayMs, call) => {
    // Whoever waits for longer looks again then.
    const timer = setTimeout(call, Math.min(delayMs, LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  },
  soon: (call) => {
    const immediate = setImmediate(call);
    return () => clearImmediate(immediate);
  },
};

/** `paceWait` gives this where the loop should be turned at once without sending. */
export const SPIN = -1;

/** Timers come up to a millisecond late, so the precise pacer takes over this long before. */
const SPIN_FOR_MS = 2;

/**
 * What to do about a request intended at `intendedMs` when it is `nowMs`: 0 = send it, SPIN = look again
 * in the next turn, else the delay of a timer in whole milliseconds.
 */
export function paceWait(intendedMs: number, nowMs: number, mode: PaceMode): number {
  const remainingMs = intendedMs - nowMs;
  if (remainingMs <= 0) return 0;
  if (mode === 'eco') return Math.ceil(remainingMs);
  const timerMs = Math.floor(remainingMs - SPIN_FOR_MS);
  return timerMs >= 1 ? timerMs : SPIN;
}

/** What the pacer says about its own thread when it is through. */
export interface PacingReport {
  /** Requests handed over; fewer than scheduled only where the run was interrupted. */
  readonly firedCount: number;
  /** Milliseconds of turns in which nothing was due: what the thread had to spare while it spun. */
  readonly idleSpinMs: number;
}

/** What the pacer drives. */
export interface PacerOptions {
  readonly intendedMs: Float64Array;
  readonly mode: PaceMode;
  readonly clock: Clock;
  /** Origin of the intended times on the clock. */
  readonly startedMs: number;
  /** Sends one row; `nowMs` is the time since the trial began, read right before. */
  readonly fire: (row: number, nowMs: number) => void;
  /** Counts things that kept the thread busy since the last turn (sends, replies); tells idle turns apart. */
  readonly activity: () => number;
  readonly signal?: AbortSignal;
}

/** Fires every row at its intended time or as soon after as the thread allows; resolves when all are fired. */
export function pace(options: PacerOptions): Promise<PacingReport> {
  const { intendedMs, mode, clock, startedMs, fire, activity, signal } = options;
  const { promise, resolve, reject } = Promise.withResolvers<PacingReport>();
  let next = 0;
  let idleSpinMs = 0;
  let spunSinceMs = -1;
  let seenActivity = activity();
  let cancel: () => void = () => {};

  const finish = () => {
    signal?.removeEventListener('abort', onAbort);
    resolve({ firedCount: next, idleSpinMs });
  };
  const onAbort = () => {
    cancel();
    finish();
  };
  const step = () => {
    let nowMs = clock.now() - startedMs;
    if (spunSinceMs >= 0) {
      const seen = activity();
      if (seen === seenActivity) idleSpinMs += nowMs - spunSinceMs;
      seenActivity = seen;
      spunSinceMs = -1;
    }
    while (next < intendedMs.length) {
      const waitMs = paceWait(intendedMs[next] ?? 0, nowMs, mode);
      if (waitMs === 0) {
        fire(next, nowMs);
        next++;
        nowMs = clock.now() - startedMs;
        continue;
      }
      if (waitMs === SPIN) {
        spunSinceMs = nowMs;
        seenActivity = activity();
        cancel = clock.soon(turn);
      } else {
        cancel = clock.after(waitMs, turn);
      }
      return;
    }
    finish();
  };
  const turn = () => {
    try {
      step();
    } catch (error) {
      signal?.removeEventListener('abort', onAbort);
      reject(error);
    }
  };
  if (signal?.aborted) finish();
  else {
    signal?.addEventListener('abort', onAbort, { once: true });
    turn();
  }
  return promise;
}
