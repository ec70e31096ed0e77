import { OUTCOME_CODE } from '../recorder.ts';

/** How often deadlines are looked at, in milliseconds. */
export const SWEEP_EVERY_MS = 5;

/** Finds the requests whose deadline has passed, in one walk over the rows in order of intended time. */
export interface DeadlineSweep {
  /** Calls `expire` for each fired row that is still pending `deadlineMs` after its intended time. */
  readonly sweep: (nowMs: number, firedCount: number, expire: (row: number) => void) => void;
}

/** One deadline for all requests, counted from the intended time: rows expire in the order of the schedule. */
export function createDeadlineSweep(
  intendedMs: Float64Array,
  outcome: Uint8Array,
  deadlineMs: number,
): DeadlineSweep {
  let oldest = 0;
  return {
    sweep(nowMs, firedCount, expire) {
      while (oldest < firedCount && (intendedMs[oldest] ?? 0) + deadlineMs <= nowMs) {
        if (outcome[oldest] === OUTCOME_CODE.pending) expire(oldest);
        oldest++;
      }
    },
  };
}
