import { LOAD_OUTCOMES, type LoadOutcome, type LoadRecord, outcomeOf } from '../recorder.ts';

/** How all scheduled requests of a trial ended: counts, one an outcome. */
export interface Books {
  readonly scheduled: number;
  readonly counts: Readonly<Record<Exclude<LoadOutcome, 'pending'>, number>>;
  /** scheduled = ok + http + timeout + refused + reset + malformed + unsent. */
  readonly balanced: boolean;
}

/** Counts how the rows ended (all rows, or those listed); a row that is still pending unbalances the books. */
export function balanceBooks(record: LoadRecord, rows?: Iterable<number>): Books {
  const counts = Object.fromEntries(LOAD_OUTCOMES.map((outcome) => [outcome, 0])) as Record<
    LoadOutcome,
    number
  >;
  let scheduled = 0;
  for (const row of rows ?? allRows(record)) {
    counts[outcomeOf(record, row)]++;
    scheduled++;
  }
  const { pending, ...ended } = counts;
  return { scheduled, counts: ended, balanced: pending === 0 };
}

/** Share of scheduled requests that did not end ok, in [0,1]; null where nothing was scheduled. */
export function errorRate(books: Books): number | null {
  return books.scheduled === 0 ? null : 1 - books.counts.ok / books.scheduled;
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
