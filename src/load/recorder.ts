import { OUTCOME_KINDS, type OutcomeKind } from '../wire/outcome.ts';
import type { Schedule } from './pace/schedule.ts';

/** How a scheduled request ended; `pending` remains in no finished record. */
export type RowOutcome = OutcomeKind | 'pending';

const CODES = ['pending', ...OUTCOME_KINDS] as const;

/** Code of each outcome in `LoadRecord.outcome`. */
export const OUTCOME_CODE = Object.fromEntries(CODES.map((kind, code) => [kind, code])) as Readonly<
  Record<RowOutcome, number>
>;

/**
 * One column a fact and one row a scheduled request; times in milliseconds since the trial began,
 * NaN where the request never came so far.
 */
export interface LoadRecord {
  readonly schedule: Schedule;
  /** When the pacer handed the request over; slip = fired − intended. */
  readonly firedMs: Float64Array;
  /** When it was written to a connection; client queue = written − fired. */
  readonly writtenMs: Float64Array;
  readonly firstByteMs: Float64Array;
  /** When it ended or was given up; for a given-up request the age is a lower bound, never a latency. */
  readonly endMs: Float64Array;
  /** HTTP status, 0 where there was none. */
  readonly status: Uint16Array;
  /** Body bytes received. */
  readonly sizeBytes: Uint32Array;
  readonly outcome: Uint8Array;
  /** 1-based number of the body's variant among the query's answers; 0 where no answer was looked at. */
  readonly variant: Uint16Array;
}

/** An empty record for a schedule: every row pending. */
export function createRecord(schedule: Schedule): LoadRecord {
  const { count } = schedule;
  return {
    schedule,
    firedMs: new Float64Array(count).fill(Number.NaN),
    writtenMs: new Float64Array(count).fill(Number.NaN),
    firstByteMs: new Float64Array(count).fill(Number.NaN),
    endMs: new Float64Array(count).fill(Number.NaN),
    status: new Uint16Array(count),
    sizeBytes: new Uint32Array(count),
    outcome: new Uint8Array(count),
    variant: new Uint16Array(count),
  };
}

/** The name of a row's outcome. */
export function outcomeOf(record: LoadRecord, row: number): RowOutcome {
  return CODES[record.outcome[row] ?? 0] ?? 'pending';
}

/** The first `count` rows of a record whose schedule took `durationMs`. */
export function cutRecord(record: LoadRecord, count: number, durationMs: number): LoadRecord {
  const { schedule } = record;
  return {
    schedule: {
      count,
      intendedMs: schedule.intendedMs.slice(0, count),
      query: schedule.query.slice(0, count),
      arm: schedule.arm.slice(0, count),
      block: schedule.block.slice(0, count),
      measured: schedule.measured.slice(0, count),
      durationMs,
    },
    firedMs: record.firedMs.slice(0, count),
    writtenMs: record.writtenMs.slice(0, count),
    firstByteMs: record.firstByteMs.slice(0, count),
    endMs: record.endMs.slice(0, count),
    status: record.status.slice(0, count),
    sizeBytes: record.sizeBytes.slice(0, count),
    outcome: record.outcome.slice(0, count),
    variant: record.variant.slice(0, count),
  };
}
