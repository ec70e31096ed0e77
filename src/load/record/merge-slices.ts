import type { Schedule } from '../pace/schedule.ts';
import { createRecord, type LoadRecord, OUTCOME_CODE } from '../recorder.ts';
import type { DriverSeen } from './observed.ts';

/** What one of several machines sent of a schedule. */
export interface RecordedSlice {
  readonly record: LoadRecord;
  /** Place of each request in the whole schedule. */
  readonly rows: Int32Array;
  /** Milliseconds by which this machine began after the time that was agreed on, on the common clock. */
  readonly lateMs: number;
}

/**
 * The record of a whole schedule from its slices, on one time axis: that of the time agreed on. Requests of a slice
 * that was lost were never sent, as far as anybody knows.
 * @throws RangeError where a request is in two slices
 */
export function mergeSlices(whole: Schedule, slices: readonly RecordedSlice[]): LoadRecord {
  const merged = createRecord({ ...whole, intendedMs: whole.intendedMs.slice() });
  merged.outcome.fill(OUTCOME_CODE.unsent);
  const taken = new Uint8Array(whole.count);
  for (const { record, rows, lateMs } of slices) {
    for (const [at, row] of rows.entries()) {
      if (taken[row] === 1) throw new RangeError(`request ${row} is in two slices`);
      taken[row] = 1;
      for (const name of ['firedMs', 'writtenMs', 'firstByteMs', 'endMs'] as const) {
        merged[name][row] = (record[name][at] ?? Number.NaN) + lateMs;
      }
      // A machine that began late asked late: latency is counted from when it meant to ask.
      merged.schedule.intendedMs[row] = (whole.intendedMs[row] ?? 0) + lateMs;
      merged.status[row] = record.status[at] ?? 0;
      merged.sizeBytes[row] = record.sizeBytes[at] ?? 0;
      merged.outcome[row] = record.outcome[at] ?? OUTCOME_CODE.unsent;
      merged.variant[row] = record.variant[at] ?? 0;
    }
  }
  return merged;
}

/** The worst that was seen of any machine. */
export function worstOf(all: readonly DriverSeen[]): DriverSeen {
  const of = (name: keyof DriverSeen, pick: (...values: number[]) => number) => {
    const values = all.flatMap((seen) => seen[name] ?? []);
    return values.length === 0 ? null : pick(...values);
  };
  return {
    loopDelayP99Ms: of('loopDelayP99Ms', Math.max),
    headroom: of('headroom', Math.min),
    steal: of('steal', Math.max),
  };
}
