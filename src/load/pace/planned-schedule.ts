import type { RampPlan } from '../plan.ts';
import {
  type InterleavedSchedule,
  type InterleaveOptions,
  interleavedSchedule,
} from './interleave.ts';
import { type ArrivalProcess, buildSchedule, type Schedule } from './schedule.ts';

/** What a ramp is made from. */
export interface RampSchedule extends RampPlan {
  /** Milliseconds at the mean rate beforehand, which are not measured. */
  readonly warmUpMs: number;
  readonly process: ArrivalProcess;
  readonly seed: number;
  readonly queryCount: number;
}

/** A schedule as data: whoever makes it gets the same requests at the same times. */
export type PlannedSchedule =
  | ({ readonly shape: 'blocks' } & InterleaveOptions)
  | ({ readonly shape: 'ramp' } & RampSchedule);

/** Makes a planned schedule; a ramp has one arm and no blocks. */
export function scheduleOf(planned: PlannedSchedule): InterleavedSchedule {
  return planned.shape === 'blocks'
    ? interleavedSchedule(planned)
    : { schedule: rampSchedule(planned), blocks: [] };
}

/** A warm-up at the mean rate, which is discarded, then a straight line to the last. */
export function rampSchedule(ramp: RampSchedule): Schedule {
  const { fromPerSecond, toPerSecond, durationMs, warmUpMs, process, seed, queryCount } = ramp;
  const mean = meanRate(ramp);
  return buildSchedule({
    segments: [
      ...(warmUpMs > 0 ? [{ durationMs: warmUpMs, fromPerSecond: mean, toPerSecond: mean }] : []),
      { durationMs, fromPerSecond, toPerSecond },
    ],
    process,
    seed,
    queryCount,
    warmUpMs,
  });
}

/** Requests a second over a whole ramp. */
export function meanRate({ fromPerSecond, toPerSecond }: RampPlan): number {
  return (fromPerSecond + toPerSecond) / 2;
}
