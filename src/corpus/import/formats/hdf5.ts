import { confinedDescription, confinedLists, confinedRows } from '../confined/read-confined.ts';
import type { Importer } from '../types.ts';

/** ann-benchmarks HDF5: one file with documents (`train`), queries (`test`) and ground truth (`neighbors`). */
export const hdf5: Importer = {
  format: 'hdf5',
  extensions: ['.hdf5', '.h5'],
  roles: async (path, options) => (await confinedDescription('hdf5', path, options)).roles,
  metric: async (path, options) => (await confinedDescription('hdf5', path, options)).metric,
  rows: (path, role, options) => confinedRows('hdf5', path, role, options),
  lists: (path, options) => confinedLists('hdf5', path, options),
};
