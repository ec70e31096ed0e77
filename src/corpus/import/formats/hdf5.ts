import { confinedDescription, confinedLists, confinedRows } from '../confined/read-confined.ts';
import type { Importer } from '../types.ts';

/** ann-benchmarks HDF5: one file with documents (`train`), queries (`test`) and ground truth (`neighbors`). */
export const hdf5: Importer = {
  format: 'hdf5',
  extensions: ['.hdf5', '.h5'],
  describe: (file, options) => confinedDescription('hdf5', file, options),
  rows: (file, request) => confinedRows('hdf5', file, request),
  lists: (file, options) => confinedLists('hdf5', file, options),
};
