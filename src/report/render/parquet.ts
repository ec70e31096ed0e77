import { parquetWriteBuffer } from 'hyparquet-writer';
import type { JudgedReport } from '../judged.ts';
import { GATE_COLUMNS, gateValues } from './gate-rows.ts';

/** The gates of runs as Parquet, a row each, with the columns of the CSV; what is undefined is null. */
export function renderParquet(runs: readonly JudgedReport[]): Uint8Array {
  const rows = gateValues(runs);
  const buffer = parquetWriteBuffer({
    columnData: GATE_COLUMNS.map(({ name, type }, at) => ({
      name,
      type,
      nullable: true,
      data: rows.map((row) => row[at] ?? null),
    })),
  });
  return new Uint8Array(buffer);
}
