import { type LoadRecord, OUTCOME_CODE } from '../../src/load/recorder.ts';

/** Records that a request was sent at its intended time and answered after so many milliseconds. */
export function answered(record: LoadRecord, row: number, afterMs = 5): void {
  const at = record.schedule.intendedMs[row] ?? 0;
  record.firedMs[row] = at;
  record.writtenMs[row] = at;
  record.endMs[row] = at + afterMs;
  record.outcome[row] = OUTCOME_CODE.ok;
}
