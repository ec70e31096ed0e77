import { encodeParquet, type ParquetColumn } from '../../record/tables/queries-parquet.ts';
import type { JudgedReport } from '../judged.ts';
import { GATE_COLUMNS, gateValues } from './gate-rows.ts';

/** The gates of runs as Parquet, a row each, with the columns of the CSV; what is undefined is null. */
export function renderParquet(runs: readonly JudgedReport[]): Uint8Array {
  const rows = gateValues(runs);
  const columns = GATE_COLUMNS.map(({ name, type }, at) => ({
    name,
    type,
    values: rows.map((row) => row[at] ?? null),
  }));
  return encodeParquet(columns as readonly ParquetColumn[]);
}
