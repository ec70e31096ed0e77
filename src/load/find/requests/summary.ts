import { leastValuesFor, quantileInverseCdfOfSorted } from '../../../stats/quantiles.ts';
import { type LoadRecord, OUTCOME_CODE } from '../../recorder.ts';
import { type RequestTally, tallyRequests } from './request-tally.ts';

/**
 * Exact figures of one kind of time, in milliseconds; a percentile that falls on a request without an end is +∞, and
 * one that so few requests do not bound from above (`leastValuesFor`) is null.
 */
export interface TimeSummary {
  readonly count: number;
  /** Requests without an end: they are in the percentiles as +∞, and out of min, max and sum. */
  readonly infiniteCount: number;
  readonly p50Ms: number | null;
  readonly p90Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly p999Ms: number | null;
  readonly minMs: number | null;
  readonly maxMs: number | null;
  readonly sumMs: number;
}

/** What one arm did at one rate, by the four times that must not be mixed up. */
export interface TrialSummary {
  readonly tally: RequestTally;
  /** End − intended: what a user on the schedule would have waited. */
  readonly response: TimeSummary;
  /** End − written: what the backend took, once it had the request. */
  readonly service: TimeSummary;
  /** Written − fired: waiting for a connection. */
  readonly clientQueue: TimeSummary;
  /** Fired − intended: the driver's own lateness. */
  readonly slip: TimeSummary;
  readonly offeredPerSecond: number;
  /** Requests handed over per second: below what was offered where the driver was late. */
  readonly firedPerSecond: number | null;
  /** Requests that ended ok, per second of the time from the first intended to the last end. */
  readonly okPerSecond: number | null;
}

/** Sums up values in milliseconds, among which +∞ stands for "never". */
export function summarizeTimes(valuesMs: Iterable<number>): TimeSummary {
  const sorted = Float64Array.from(valuesMs).sort();
  const bounded = (q: number): number | null =>
    sorted.length < leastValuesFor(q) ? null : quantileInverseCdfOfSorted(sorted, q);
  let finite = sorted.length;
  while (finite > 0 && sorted[finite - 1] === Number.POSITIVE_INFINITY) finite--;
  let sumMs = 0;
  for (let index = 0; index < finite; index++) sumMs += sorted[index] ?? 0;
  return {
    count: sorted.length,
    infiniteCount: sorted.length - finite,
    p50Ms: bounded(0.5),
    p90Ms: bounded(0.9),
    p95Ms: bounded(0.95),
    p99Ms: bounded(0.99),
    p999Ms: bounded(0.999),
    minMs: finite === 0 ? null : (sorted[0] ?? null),
    maxMs: finite === 0 ? null : (sorted[finite - 1] ?? null),
    sumMs,
  };
}

/** Response time of a row in milliseconds: end − intended; +∞ where the request has no end of its own. */
export function responseMs(record: LoadRecord, row: number): number {
  return hasEnd(record, row)
    ? (record.endMs[row] ?? Number.NaN) - (record.schedule.intendedMs[row] ?? 0)
    : Number.POSITIVE_INFINITY;
}

/** Whether the backend ended the request itself: ok, an HTTP error, throttled or a malformed body. */
export function hasEnd(record: LoadRecord, row: number): boolean {
  const outcome = record.outcome[row];
  return (
    outcome === OUTCOME_CODE.ok ||
    outcome === OUTCOME_CODE.http ||
    outcome === OUTCOME_CODE.throttled ||
    outcome === OUTCOME_CODE.malformed
  );
}

/** Sums up the listed rows of a record. */
export function summarizeTrial(record: LoadRecord, rows: readonly number[]): TrialSummary {
  const tally = tallyRequests(record, rows);
  const { intendedMs } = record.schedule;
  const written = rows.filter((row) => !Number.isNaN(record.writtenMs[row]));
  const fired = rows.filter((row) => !Number.isNaN(record.firedMs[row]));
  const at = (column: Float64Array, row: number | undefined) => column[row ?? -1] ?? Number.NaN;
  const spanMs = at(intendedMs, rows.at(-1)) - at(intendedMs, rows[0]);
  const firedSpanMs = at(record.firedMs, fired.at(-1)) - at(record.firedMs, fired[0]);
  let lastEndMs = Number.NEGATIVE_INFINITY;
  for (const row of rows)
    lastEndMs = Math.max(lastEndMs, hasEnd(record, row) ? at(record.endMs, row) : lastEndMs);
  return {
    tally,
    response: summarizeTimes(rows.map((row) => responseMs(record, row))),
    service: summarizeTimes(
      written.map((row) =>
        hasEnd(record, row)
          ? at(record.endMs, row) - at(record.writtenMs, row)
          : Number.POSITIVE_INFINITY,
      ),
    ),
    clientQueue: summarizeTimes(
      written.map((row) => at(record.writtenMs, row) - at(record.firedMs, row)),
    ),
    slip: summarizeTimes(fired.map((row) => at(record.firedMs, row) - at(intendedMs, row))),
    offeredPerSecond: perSecond(rows.length - 1, spanMs) ?? 0,
    firedPerSecond: perSecond(fired.length - 1, firedSpanMs),
    okPerSecond: perSecond(tally.counts.ok, lastEndMs - at(intendedMs, rows[0])),
  };
}

/**
 * Requests answered ok per second while their side was asked: each block counts from its first intended
 * time to its last end, so that what the other side took in between is left out.
 */
export function blockThroughput(record: LoadRecord, rows: readonly number[]): number | null {
  const spans = new Map<
    number,
    { ok: number; rows: number; from: number; last: number; end: number }
  >();
  for (const row of rows) {
    const block = record.schedule.block[row] ?? 0;
    const at = record.schedule.intendedMs[row] ?? 0;
    const span = spans.get(block) ?? { ok: 0, rows: 0, from: at, last: at, end: at };
    span.rows++;
    span.last = at;
    if (record.outcome[row] === OUTCOME_CODE.ok) span.ok++;
    if (hasEnd(record, row)) span.end = Math.max(span.end, record.endMs[row] ?? at);
    spans.set(block, span);
  }
  let ok = 0;
  let totalMs = 0;
  for (const span of spans.values()) {
    ok += span.ok;
    // The gap after the last request belongs to the block: n requests fill n gaps.
    const filledMs = ((span.last - span.from) * span.rows) / Math.max(1, span.rows - 1);
    totalMs += Math.max(span.end - span.from, filledMs);
  }
  return perSecond(ok, totalMs);
}

/**
 * How fast unfinished work piled up over the listed rows, in requests per second: the least-squares slope
 * of (requests intended − requests ended) over time. Above 0 the backend falls behind for good.
 */
export function backlogSlope(record: LoadRecord, rows: readonly number[]): number | null {
  const begins = rows.map((row) => record.schedule.intendedMs[row] ?? 0);
  const fromMs = begins[0];
  const toMs = begins.at(-1);
  if (fromMs === undefined || toMs === undefined || toMs <= fromMs) return null;
  // What was given up leaves the backlog too: it is counted among the errors.
  const ends = Float64Array.from(rows, (row) => record.endMs[row] ?? Number.NaN).sort();
  const samples = 64;
  let begun = 0;
  let ended = 0;
  let sumXY = 0;
  let sumXX = 0;
  for (let sample = 1; sample <= samples; sample++) {
    const atMs = fromMs + ((toMs - fromMs) * sample) / samples;
    while (begun < begins.length && (begins[begun] ?? 0) <= atMs) begun++;
    while (ended < ends.length && (ends[ended] ?? 0) <= atMs) ended++;
    const x = sample - (samples + 1) / 2;
    sumXY += x * (begun - ended);
    sumXX += x * x;
  }
  return sumXY / sumXX / ((toMs - fromMs) / samples / 1000);
}

function perSecond(count: number, spanMs: number): number | null {
  return Number.isFinite(spanMs) && spanMs > 0 ? count / (spanMs / 1000) : null;
}
