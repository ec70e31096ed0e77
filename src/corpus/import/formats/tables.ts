import { confinedRows } from '../confined/read-confined.ts';
import type { Importer } from '../types.ts';

/** Parquet: columns of ids, texts and vectors (lists, or byte arrays of fixed length). */
export const parquet: Importer = {
  format: 'parquet',
  extensions: ['.parquet'],
  rows: (path, role, options) => confinedRows('parquet', path, role, options),
};

/** Arrow IPC, file or stream: columns of ids, texts and vectors (lists of fixed or of any size). */
export const arrow: Importer = {
  format: 'arrow',
  extensions: ['.arrow', '.feather', '.arrows'],
  rows: (path, role, options) => confinedRows('arrow', path, role, options),
};
