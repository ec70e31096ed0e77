import { UsageError } from '../../errors.ts';
import { bigAnn } from './formats/big-ann.ts';
import { csv, tsv } from './formats/delimited.ts';
import { hdf5 } from './formats/hdf5.ts';
import { beir, jsonl } from './formats/jsonl.ts';
import { npy } from './formats/npy.ts';
import { arrow, parquet } from './formats/tables.ts';
import { texmex } from './formats/texmex.ts';
import { IMPORT_FORMATS, type Importer, type ImportFormat } from './types.ts';

/** One importer a format. */
export const IMPORTERS: Readonly<Record<ImportFormat, Importer>> = {
  beir,
  hdf5,
  bigann: bigAnn,
  texmex,
  parquet,
  jsonl,
  arrow,
  npy,
  csv,
  tsv,
};

/** The format named on the command line. @throws UsageError for an unknown one. */
export function importFormat(name: string): ImportFormat {
  const found = IMPORT_FORMATS.find((format) => format === name);
  if (found !== undefined) return found;
  throw new UsageError('import-format', `${JSON.stringify(name)} is no format`, {
    hint: `formats: ${IMPORT_FORMATS.join(', ')}`,
  });
}

/** The importer whose extension a file's name has; null where none claims it. */
export function importerFor(path: string): Importer | null {
  const name = path.toLowerCase();
  const claims = ({ extensions }: Importer) => extensions.some((end) => name.endsWith(end));
  return Object.values(IMPORTERS).find(claims) ?? null;
}
