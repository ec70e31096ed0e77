import type { Query } from '../../corpus/types.ts';
import type { LoadRows } from '../../record/tables/load-table.ts';
import type { LoadBlock } from '../judge/interleave.ts';
import { type LoadRecord, outcomeOf } from '../recorder.ts';

const SIDES = ['incumbent', 'candidate'] as const;

/** The requests of a record as they are written down; `side` where all of them went to one. */
export function loadRowsOf(
  record: LoadRecord,
  queries: readonly Query[],
  {
    blocks = [],
    recall,
    side,
  }: {
    readonly blocks?: readonly LoadBlock[];
    readonly recall?: Float64Array;
    readonly side?: 'incumbent' | 'candidate';
  },
): LoadRows {
  const { schedule } = record;
  const rows = Array.from({ length: schedule.count }, (_, row) => row);
  const blockOf = (row: number): LoadBlock | undefined => blocks[schedule.block[row] ?? -1];
  return {
    side: rows.map((row) => side ?? SIDES[schedule.arm[row] ?? 0] ?? ''),
    queryId: rows.map((row) => queries[schedule.query[row] ?? -1]?.id ?? ''),
    block: schedule.block,
    pair: rows.map((row) => blockOf(row)?.pair ?? -1),
    exposure: rows.map((row) => blockOf(row)?.exposure ?? ''),
    measured: rows.map((row) => schedule.measured[row] === 1),
    outcome: rows.map((row) => outcomeOf(record, row)),
    status: record.status,
    sizeBytes: record.sizeBytes,
    intendedMs: schedule.intendedMs,
    firedMs: record.firedMs,
    writtenMs: record.writtenMs,
    firstByteMs: record.firstByteMs,
    endMs: record.endMs,
    recall: recall ?? new Float64Array(schedule.count).fill(Number.NaN),
  };
}
