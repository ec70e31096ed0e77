import type { Schedule } from '../../load/pace/schedule.ts';
import type { Arrival } from '../../traffic/capture-record.ts';

/** A schedule, and which arrival each of its rows is. */
export interface ReplaySchedule {
  readonly schedule: Schedule;
  /** Index of the arrival, a row. */
  readonly arrival: Int32Array;
  /** Pair of each block. */
  readonly pairOf: readonly number[];
}

/** Pairs of blocks, as far as there are requests for them. */
const MOST_PAIRS = 12;
const LEAST_REQUESTS = 20;
/** Between two blocks, so that one side's last answers are not the other's load. */
const GAP_MS = 100;

/**
 * The arrivals of a capture at their own times, `speed` times as fast, in pairs of blocks: each block is put to one
 * side and then to the other, which goes first taking turns (ABBA).
 */
export function replaySchedule(arrivals: readonly Arrival[], speed: number): ReplaySchedule {
  const pairs = Math.max(1, Math.min(MOST_PAIRS, Math.floor(arrivals.length / LEAST_REQUESTS)));
  const rows: { atMs: number; arm: 0 | 1; block: number; arrival: number }[] = [];
  const pairOf: number[] = [];
  let originMs = 0;
  for (let pair = 0; pair < pairs; pair++) {
    const from = Math.round((pair * arrivals.length) / pairs);
    const to = Math.round(((pair + 1) * arrivals.length) / pairs);
    const first = arrivals[from]?.atMs ?? 0;
    const lastsMs = ((arrivals[to - 1]?.atMs ?? first) - first) / speed;
    for (const arm of pair % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const block = pairOf.length;
      pairOf.push(pair);
      for (let arrival = from; arrival < to; arrival++) {
        const atMs = originMs + ((arrivals[arrival]?.atMs ?? first) - first) / speed;
        rows.push({ atMs, arm, block, arrival });
      }
      originMs += lastsMs + GAP_MS;
    }
  }
  return {
    schedule: {
      count: rows.length,
      intendedMs: Float64Array.from(rows, ({ atMs }) => atMs),
      query: Int32Array.from(rows, ({ arrival }) => arrivals[arrival]?.need ?? 0),
      arm: Uint8Array.from(rows, ({ arm }) => arm),
      block: Int32Array.from(rows, ({ block }) => block),
      measured: new Uint8Array(rows.length).fill(1),
      durationMs: originMs,
    },
    arrival: Int32Array.from(rows, ({ arrival }) => arrival),
    pairOf,
  };
}
