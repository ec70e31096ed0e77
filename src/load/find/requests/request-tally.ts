import { OUTCOME_KINDS, type OutcomeKind } from '../../../wire/outcome.ts';
import { type LoadRecord, outcomeOf } from '../../recorder.ts';

/** How all scheduled requests of a trial ended: counts, one an outcome. */
export interface RequestTally {
  readonly scheduled: number;
  readonly counts: Readonly<Record<OutcomeKind, number>>;
  /** scheduled = the sum of the counts. */
  readonly balanced: boolean;
}

/** Counts how the rows ended (all rows, or those listed); a row that is still pending unbalances the tally. */
export function tallyRequests(record: LoadRecord, rows?: Iterable<number>): RequestTally {
  const counts = Object.fromEntries(OUTCOME_KINDS.map((kind) => [kind, 0])) as Record<
    OutcomeKind,
    number
  >;
  let scheduled = 0;
  let pending = 0;
  for (const row of rows ?? allRows(record)) {
    const outcome = outcomeOf(record, row);
    if (outcome === 'pending') pending++;
    else counts[outcome]++;
    scheduled++;
  }
  return { scheduled, counts, balanced: pending === 0 };
}

/** Share of scheduled requests that did not end ok, in [0,1]; null where nothing was scheduled. */
export function errorRate(tally: RequestTally): number | null {
  return tally.scheduled === 0 ? null : 1 - tally.counts.ok / tally.scheduled;
}

/** Rows of a record that are measured, of one arm or of all, in one block or in all. */
export function measuredRows(
  record: LoadRecord,
  only: { readonly arm?: number; readonly block?: number } = {},
): number[] {
  const { schedule } = record;
  const rows: number[] = [];
  for (let row = 0; row < schedule.count; row++) {
    if (schedule.measured[row] !== 1) continue;
    if (only.arm !== undefined && schedule.arm[row] !== only.arm) continue;
    if (only.block !== undefined && schedule.block[row] !== only.block) continue;
    rows.push(row);
  }
  return rows;
}

function* allRows(record: LoadRecord): Generator<number> {
  for (let row = 0; row < record.schedule.count; row++) yield row;
}
