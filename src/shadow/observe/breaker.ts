/** When a shadow switches itself off. */
export interface BreakerLimits {
  /** Last answers of the candidate that are looked at. */
  readonly answers: number;
  /** Share of failures among them from which it is left alone. */
  readonly failures: number;
  /** Delay of the event loop that users must not feel, in milliseconds. */
  readonly loopDelayMs: number;
  /** First pause; each further one is twice as long, up to `longestPauseMs`. */
  readonly pauseMs: number;
  readonly longestPauseMs: number;
}

export const BREAKER_LIMITS: BreakerLimits = {
  answers: 20,
  failures: 0.5,
  loopDelayMs: 100,
  pauseMs: 5000,
  longestPauseMs: 60_000,
};

/** Why a shadow is off. */
export type OffReason = 'candidate' | 'machine';

/** Switches mirroring off and on again. */
export interface Breaker {
  /** Whether a request may be mirrored; after a pause one is let through to see. */
  readonly allows: (nowMs: number) => boolean;
  readonly answered: (ok: boolean, nowMs: number) => void;
  /** How late a timer came. */
  readonly loopDelay: (delayMs: number, nowMs: number) => void;
  readonly isOff: () => OffReason | null;
}

/** A breaker that is on; `onChange` is told each time it switches. */
export function createBreaker(
  limits: BreakerLimits,
  onChange: (off: OffReason | null) => void,
): Breaker {
  let off: OffReason | null = null;
  let untilMs = 0;
  let pauseMs = limits.pauseMs;
  let isTrying = false;
  let late = 0;
  let last: boolean[] = [];
  const switchOff = (reason: OffReason, nowMs: number): void => {
    const wasOff = off;
    off = reason;
    isTrying = false;
    untilMs = nowMs + pauseMs;
    pauseMs = Math.min(2 * pauseMs, limits.longestPauseMs);
    last = [];
    if (wasOff !== reason) onChange(reason);
  };
  const switchOn = (): void => {
    off = null;
    isTrying = false;
    pauseMs = limits.pauseMs;
    last = [];
    onChange(null);
  };
  return {
    allows: (nowMs) => {
      if (off === null) return true;
      if (nowMs < untilMs) return false;
      isTrying = true;
      // The one that is let through may come to nothing, and then another is tried.
      untilMs = nowMs + pauseMs;
      return true;
    },
    answered: (ok, nowMs) => {
      if (off !== null) {
        // Answers of before the switch tell nothing new.
        if (!isTrying) return;
        if (ok) switchOn();
        else switchOff('candidate', nowMs);
        return;
      }
      last.push(ok);
      if (last.length > limits.answers) last.shift();
      const failed = last.filter((one) => !one).length;
      if (last.length === limits.answers && failed >= limits.failures * limits.answers) {
        switchOff('candidate', nowMs);
      }
    },
    loopDelay: (delayMs, nowMs) => {
      late = delayMs > limits.loopDelayMs ? late + 1 : 0;
      // Once may be a collection of garbage.
      if (late >= 2 && off === null) switchOff('machine', nowMs);
    },
    isOff: () => off,
  };
}
