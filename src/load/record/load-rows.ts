import {
  flag,
  oneOf,
  real,
  rowsCodec,
  textField,
  whole,
  wholeOrNull,
} from '../../record/tables/rows-codec.ts';
import { OUTCOME_KINDS, type OutcomeKind } from '../../wire/outcome.ts';
import type { Exposure, LoadBlock } from '../pace/interleave.ts';
import { createRecord, type LoadRecord, OUTCOME_CODE, outcomeOf } from '../recorder.ts';
import type { BlockRecord } from './observed.ts';

/** One scheduled request as it is written down. Times in milliseconds since the trial began, NaN where it never came so far. */
interface LoadRow {
  /** 0 = first arm, 1 = second. */
  readonly arm: number;
  /** Empty where it asked no query of the corpus. */
  readonly queryId: string;
  /** −1 in a warm-up. */
  readonly block: number;
  /** Blocks with the same pair have the same queries and gaps; −1 without one. */
  readonly pair: number;
  /** Empty outside pairs. */
  readonly exposure: Exposure | '';
  readonly measured: boolean;
  readonly outcome: OutcomeKind;
  /** Null where there was none. */
  readonly status: number | null;
  readonly sizeBytes: number;
  /** 1-based number of the body among the answers to the query; 0 where no body was looked at. */
  readonly variant: number;
  readonly intendedMs: number;
  readonly firedMs: number;
  readonly writtenMs: number;
  readonly firstByteMs: number;
  readonly endMs: number;
}

/** The requests of one trial, a row a request. */
export const loadRowsCodec = rowsCodec<LoadRow>({
  arm: whole,
  queryId: textField,
  block: whole,
  pair: whole,
  exposure: oneOf(['first', 'repeat', '']),
  measured: flag,
  outcome: oneOf(OUTCOME_KINDS),
  status: wholeOrNull,
  sizeBytes: real,
  variant: whole,
  intendedMs: real,
  firedMs: real,
  writtenMs: real,
  firstByteMs: real,
  endMs: real,
});

/** The rows of a record; without blocks, those of a trial of one arm. */
export function loadRowsOf(
  record: LoadRecord,
  queryIds: readonly string[],
  blocks: readonly LoadBlock[] = [],
): LoadRow[] {
  const { schedule } = record;
  const at = (column: ArrayLike<number>, row: number) => column[row] ?? Number.NaN;
  return Array.from({ length: schedule.count }, (_, row) => {
    const block = schedule.block[row] ?? -1;
    const outcome = outcomeOf(record, row);
    if (outcome === 'pending') throw new RangeError(`request ${row} has not ended`);
    return {
      arm: schedule.arm[row] ?? 0,
      queryId: queryIds[schedule.query[row] ?? -1] ?? '',
      block,
      pair: blocks[block]?.pair ?? -1,
      exposure: blocks[block]?.exposure ?? '',
      measured: schedule.measured[row] === 1,
      outcome,
      status: record.status[row] || null,
      sizeBytes: record.sizeBytes[row] ?? 0,
      variant: record.variant[row] ?? 0,
      intendedMs: at(schedule.intendedMs, row),
      firedMs: at(record.firedMs, row),
      writtenMs: at(record.writtenMs, row),
      firstByteMs: at(record.firstByteMs, row),
      endMs: at(record.endMs, row),
    };
  });
}

/** The record of rows that were read back, with the blocks that they name. */
export function recordOf(rows: readonly LoadRow[], queryIds: readonly string[]): BlockRecord {
  const indexOf = new Map(queryIds.map((id, index) => [id, index]));
  const times = (name: 'intendedMs' | 'firedMs' | 'writtenMs' | 'firstByteMs' | 'endMs') =>
    Float64Array.from(rows, (row) => row[name]);
  const intendedMs = times('intendedMs');
  const record = createRecord({
    count: rows.length,
    intendedMs,
    query: Int32Array.from(rows, ({ queryId }) => indexOf.get(queryId) ?? 0),
    arm: Uint8Array.from(rows, ({ arm }) => arm),
    block: Int32Array.from(rows, ({ block }) => block),
    measured: Uint8Array.from(rows, ({ measured }) => (measured ? 1 : 0)),
    durationMs: intendedMs.at(-1) ?? 0,
  });
  return {
    record: {
      ...record,
      firedMs: times('firedMs'),
      writtenMs: times('writtenMs'),
      firstByteMs: times('firstByteMs'),
      endMs: times('endMs'),
      status: Uint16Array.from(rows, ({ status }) => status ?? 0),
      sizeBytes: Uint32Array.from(rows, ({ sizeBytes }) => sizeBytes),
      outcome: Uint8Array.from(rows, ({ outcome }) => OUTCOME_CODE[outcome]),
      variant: Uint16Array.from(rows, ({ variant }) => variant),
    },
    blocks: blocksOf(rows),
  };
}

function blocksOf(rows: readonly LoadRow[]): LoadBlock[] {
  const blocks: LoadBlock[] = [];
  for (const { arm, block, pair, exposure } of rows) {
    if (pair < 0 || exposure === '' || blocks[block] !== undefined) continue;
    blocks[block] = { block, pair, arm: arm === 1 ? 1 : 0, exposure };
  }
  return blocks;
}
