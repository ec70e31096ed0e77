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
  readonly process: ArrivalProcess;
  readonly seed: number;
}

/**
 * The slice of every machine, as places of its requests in the whole schedule. A Poisson process that is thinned by
 * independent draws falls into independent Poisson processes, whose superposition is the process again (Kingman,
 * *Poisson Processes*, §5.1); so the slices together are the schedule itself, to the request. A constant schedule is
 * dealt out in turn, and every slice is constant. Both blocks of a pair are cut alike.
 */
export function sliceRows(
  { schedule, blocks }: InterleavedSchedule,
  { machines, process, seed }: SliceOptions,
): Int32Array[] {
  const random = randomOf(seed ^ 0x3c6ef372);
  const drawn = new Map<string, number>();
  const draw = (row: number) => (process === 'constant' ? row % machines : random.below(machines));
  const places = new Map<number, number>();
  const rows: number[][] = Array.from({ length: machines }, () => []);
  for (let row = 0; row < schedule.count; row++) {
    const block = schedule.block[row] ?? -1;
    const pair = blocks[block]?.pair;
    const place = places.get(block) ?? 0;
    places.set(block, place + 1);
    const key = pair === undefined ? `warm ${row}` : `${pair} ${place}`;
    const owner = drawn.get(key) ?? draw(row);
    drawn.set(key, owner);
    rows[owner]?.push(row);
  }
  return rows.map((own) => Int32Array.from(own));
}

/**
 * One machine's slice of a schedule.
 * @param options `machine`: which slice, from 0
 */
export function sliceSchedule(
  whole: InterleavedSchedule,
  { machine, ...options }: SliceOptions & { readonly machine: number },
): ScheduleSlice {
  const { schedule } = whole;
  const taken = sliceRows(whole, options)[machine] ?? new Int32Array();
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
