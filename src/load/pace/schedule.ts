import { UsageError } from '../../errors.ts';
import { randomOf } from '../../stats/random.ts';

/** How the gaps between requests are drawn: all alike, or exponential (a Poisson process). */
export type ArrivalProcess = 'constant' | 'poisson';

/** When which query is sent to which arm: one row a request, sorted by intended time. */
export interface Schedule {
  readonly count: number;
  /** Milliseconds since the trial began; non-decreasing. Latency is counted from here. */
  readonly intendedMs: Float64Array;
  /** Index of the query in the caller's list. */
  readonly query: Int32Array;
  /** Index of the transport (0 = first arm). */
  readonly arm: Uint8Array;
  readonly block: Int32Array;
  /** 1 where the request is measured, 0 where it warms up and is discarded. */
  readonly measured: Uint8Array;
  /** End of the last gap, in milliseconds: the time over which `count` requests are offered. */
  readonly durationMs: number;
}

/** A stretch of a schedule whose rate goes in a straight line from `fromPerSecond` to `toPerSecond`. */
export interface RateSegment {
  readonly durationMs: number;
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
}

/** What a schedule of one arm is made from. */
export interface ScheduleOptions {
  readonly segments: readonly RateSegment[];
  readonly process: ArrivalProcess;
  readonly seed: number;
  /** Queries to draw from; they are sent in a seeded order, each once before any is repeated. */
  readonly queryCount: number;
  readonly arm?: number;
  /** Requests intended before this many milliseconds are discarded. */
  readonly warmUpMs?: number;
}

/**
 * Intended send times in milliseconds for a rate that may ramp: a unit-rate process mapped through the
 * inverse of the cumulative rate, so that a constant process keeps equal gaps at equal rates.
 * @throws UsageError where a rate or duration is negative, not finite, or nothing would be sent.
 */
export function intendedTimes(
  segments: readonly RateSegment[],
  process: ArrivalProcess,
  seed: number,
): Float64Array {
  const random = randomOf(seed);
  const times: number[] = [];
  const nextGap = process === 'constant' ? () => 1 : () => -Math.log(1 - random.fraction());
  // A constant process begins at once; a Poisson process begins with its first gap.
  let target = process === 'constant' ? 0 : nextGap();
  let segmentStartMs = 0;
  let expected = 0;
  for (const segment of segments) {
    checkSegment(segment);
    const from = segment.fromPerSecond / 1000;
    const slope = (segment.toPerSecond / 1000 - from) / segment.durationMs;
    const total = (from + (segment.toPerSecond / 1000 - from) / 2) * segment.durationMs;
    while (target < expected + total) {
      times.push(segmentStartMs + timeOfCount(target - expected, from, slope));
      target += nextGap();
    }
    expected += total;
    segmentStartMs += segment.durationMs;
  }
  if (times.length === 0) {
    throw new UsageError('load-schedule-empty', 'load schedule holds no request', {
      hint: 'raise the rate or the duration',
    });
  }
  return Float64Array.from(times);
}

/** Solves from·t + slope·t²/2 = count for t, in the form that stays exact as slope goes to 0. */
function timeOfCount(count: number, from: number, slope: number): number {
  if (count <= 0) return 0;
  return (2 * count) / (from + Math.sqrt(Math.max(0, from * from + 2 * slope * count)));
}

function checkSegment(segment: RateSegment): void {
  const { durationMs, fromPerSecond, toPerSecond } = segment;
  const sound =
    Number.isFinite(durationMs) &&
    durationMs > 0 &&
    Number.isFinite(fromPerSecond) &&
    Number.isFinite(toPerSecond) &&
    fromPerSecond >= 0 &&
    toPerSecond >= 0;
  if (!sound) {
    throw new UsageError(
      'load-rate-invalid',
      `load segment of ${durationMs} ms from ${fromPerSecond} to ${toPerSecond} requests/s cannot be sent`,
      { hint: 'durations must be positive and rates zero or more' },
    );
  }
}

/** A schedule for one arm: times by `intendedTimes`, queries in seeded rounds, warm-up marked by intended time. */
export function buildSchedule(options: ScheduleOptions): Schedule {
  const intendedMs = intendedTimes(options.segments, options.process, options.seed);
  const count = intendedMs.length;
  const warmUpMs = options.warmUpMs ?? 0;
  return {
    count,
    intendedMs,
    query: queryRounds(options.queryCount, count, options.seed),
    arm: new Uint8Array(count).fill(options.arm ?? 0),
    block: new Int32Array(count),
    measured: Uint8Array.from(intendedMs, (ms) => (ms >= warmUpMs ? 1 : 0)),
    durationMs: options.segments.reduce((sum, segment) => sum + segment.durationMs, 0),
  };
}

/** `count` query indices: seeded permutations of 0 … queryCount−1, one after another. */
export function queryRounds(queryCount: number, count: number, seed: number): Int32Array {
  if (!Number.isInteger(queryCount) || queryCount < 1) {
    throw new UsageError('load-no-queries', `a load schedule needs queries, got ${queryCount}`, {
      hint: 'give the load at least one query',
    });
  }
  const result = new Int32Array(count);
  const random = randomOf(seed ^ 0x51ed270b);
  const round = Int32Array.from({ length: queryCount }, (_, index) => index);
  for (let start = 0; start < count; start += queryCount) {
    for (let last = queryCount - 1; last > 0; last--) {
      const other = random.integer(0, last);
      const value = round[last] ?? 0;
      round[last] = round[other] ?? 0;
      round[other] = value;
    }
    result.set(round.subarray(0, Math.min(queryCount, count - start)), start);
  }
  return result;
}

/** Milliseconds of warm-up at a rate: at least 2 s and at least 1,000 requests. */
export function warmUpDurationMs(ratePerSecond: number): number {
  return Math.max(2000, (1000 * 1000) / ratePerSecond);
}
