import { confinedFields, confinedRecords, confinedRows } from '../confined/read-confined.ts';
import type { Importer } from '../types.ts';

/** Parquet: columns of ids, texts and vectors (lists, or byte arrays of fixed length). */
export const parquet = table('parquet', ['.parquet']);

/** Arrow IPC, file or stream: columns of ids, texts and vectors (lists of fixed or of any size). */
export const arrow = table('arrow', ['.arrow', '.feather', '.arrows']);

function table(format: 'parquet' | 'arrow', extensions: readonly string[]): Importer {
  return {
    format,
    extensions,
    rows: (file, request) => confinedRows(format, file, request),
    records: {
      fields: (file, options) => confinedFields(format, file, options),
      read: (file, names, options) => confinedRecords(format, file, names, options),
    },
  };
}
