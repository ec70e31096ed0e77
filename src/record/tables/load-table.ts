import { boolColumn, encodeTable, float64Column, int32Column, utf8Column } from './arrow-encode.ts';

/**
 * The requests of one load, a column a fact; all columns have one length. Times in milliseconds since the
 * load began, NaN where a request never came so far.
 */
export interface LoadRows {
  readonly side: readonly string[];
  readonly queryId: readonly string[];
  readonly block: ArrayLike<number>;
  readonly pair: ArrayLike<number>;
  /** `first` or `repeat`; empty in a warm-up. */
  readonly exposure: readonly string[];
  readonly measured: readonly boolean[];
  readonly outcome: readonly string[];
  /** 0 where there was none. */
  readonly status: ArrayLike<number>;
  readonly sizeBytes: ArrayLike<number>;
  readonly intendedMs: ArrayLike<number>;
  readonly firedMs: ArrayLike<number>;
  readonly writtenMs: ArrayLike<number>;
  readonly firstByteMs: ArrayLike<number>;
  readonly endMs: ArrayLike<number>;
  /** In [0,1]; NaN where it is undefined or was not looked at. */
  readonly recall: ArrayLike<number>;
}

/** The bytes of an Arrow file with one row a request; equal rows give equal bytes, NaN becomes null. */
export function encodeLoadRows(rows: LoadRows): Uint8Array {
  return encodeTable(
    [
      utf8Column('side', rows.side),
      utf8Column('queryId', rows.queryId),
      int32Column('block', Array.from(rows.block)),
      int32Column('pair', Array.from(rows.pair)),
      utf8Column('exposure', rows.exposure),
      boolColumn('measured', rows.measured),
      utf8Column('outcome', rows.outcome),
      int32Column('status', Array.from(rows.status)),
      int32Column('sizeBytes', Array.from(rows.sizeBytes)),
      float64Column('intendedMs', Array.from(rows.intendedMs)),
      float64Column('firedMs', Array.from(rows.firedMs)),
      float64Column('writtenMs', Array.from(rows.writtenMs)),
      float64Column('firstByteMs', Array.from(rows.firstByteMs)),
      float64Column('endMs', Array.from(rows.endMs)),
      float64Column('recall', Array.from(rows.recall)),
    ],
    rows.side.length,
  );
}
