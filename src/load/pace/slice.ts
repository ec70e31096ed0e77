import { randomOf } from '../../stats/random.ts';
import type { InterleavedSchedule } from './interleave.ts';
import type { ArrivalProcess, Schedule } from './schedule.ts';

/** The part of a schedule that one of several machines sends. */
export interface ScheduleSlice {
  readonly schedule: Schedule;
  /** Place of each request in the whole schedule. */
  readonly rows: Int32Array;
}

/** How a schedule is cut. */
export interface SliceOptions {
  readonly machines: number;
  /** Which slice, from 0. */
  readonly machine: number;
  readonly process: ArrivalProcess;
  readonly seed: number;
}

/**
 * One machine's slice of a schedule. A Poisson process that is thinned by independent draws falls into independent
 * Poisson processes, whose superposition is the process again (Kingman, *Poisson Processes*, §5.1); so the slices
 * together are the schedule itself, to the request. A constant schedule is dealt out in turn, and every slice is
 * constant. Both blocks of a pair are cut alike.
 */
export function sliceSchedule(whole: InterleavedSchedule, options: SliceOptions): ScheduleSlice {
  const { machines, machine, process, seed } = options;
  const { schedule, blocks } = whole;
  const random = randomOf(seed ^ 0x3c6ef372);
  const drawn = new Map<string, number>();
  const draw = (row: number) => (process === 'constant' ? row % machines : random.below(machines));
  const places = new Map<number, number>();
  const rows: number[] = [];
  for (let row = 0; row < schedule.count; row++) {
    const block = schedule.block[row] ?? -1;
    const pair = blocks[block]?.pair;
    const place = places.get(block) ?? 0;
    places.set(block, place + 1);
    const key = pair === undefined ? `warm ${row}` : `${pair} ${place}`;
    const owner = drawn.get(key) ?? draw(row);
    drawn.set(key, owner);
    if (owner === machine) rows.push(row);
  }
  const taken = Int32Array.from(rows);
  return {
    rows: taken,
    schedule: {
      count: taken.length,
      intendedMs: Float64Array.from(taken, (row) => schedule.intendedMs[row] ?? 0),
      query: Int32Array.from(taken, (row) => schedule.query[row] ?? 0),
      arm: Uint8Array.from(taken, (row) => schedule.arm[row] ?? 0),
      block: Int32Array.from(taken, (row) => schedule.block[row] ?? -1),
      measured: Uint8Array.from(taken, (row) => schedule.measured[row] ?? 0),
      durationMs: schedule.durationMs,
    },
  };
}
