import { IMPORTERS, importerFor } from '../importers.ts';
import { areJudgments } from '../judgments/records.ts';
import { importProblem } from '../problem.ts';
import type { SourceFile } from '../source-file.ts';
import {
  IMPORT_FORMATS,
  type Importer,
  type ImportFormat,
  type ImportRole,
  type ReadOptions,
} from '../types.ts';
import { refuseArchive, unpackedName } from '../unpack/unpack.ts';
import type { ImportFile } from './found.ts';
import { isWeakName, roleByName } from './roles.ts';

/** What decides how files are found and told apart. */
export interface SourceOptions extends ReadOptions {
  readonly format: ImportFormat | null;
  readonly split: string;
  /** Gives the file to be read: the same one, or what was unpacked of it. */
  readonly unpacked: (path: string) => Promise<SourceFile>;
}

/** Ends of names of files that may be judgments in lines of text; tables among them may be rows too. */
const LINES = /\.(tsv|qrels|trec|txt|csv)$/i;

/** A file, who reads it, and what it is. */
export interface Told extends ImportFile {
  /** Empty where nothing tells. */
  readonly roles: readonly ImportRole[];
  readonly isWeak: boolean;
}

/** What a file is; null for one in a folder that is not meant. */
export async function rolesOf(
  path: string,
  way: string,
  { role, inFolder }: { readonly role: ImportRole | null; readonly inFolder: boolean },
  options: SourceOptions,
): Promise<Told | null> {
  if (!inFolder) refuseArchive(path);
  const inner = unpackedName(way);
  const known = options.format === null ? importerFor(inner) : IMPORTERS[options.format];
  const named = roleByName(inner);
  const isWeak = isWeakName(inner);
  const isObject = options.format === null && /\.json$/i.test(inner);
  const isLines = LINES.test(inner) || isObject;
  if (inFolder && (named === 'none' || (known === null && !isLines))) return null;
  // Lines of text may be anything: in a folder they are rows only where a name surely says so.
  const isTable = isLines && known !== null && known === importerFor(inner);
  const wanted = role ?? (isWeak ? null : named);
  const isRows = isTable && (wanted === 'documents' || wanted === 'queries');
  const isMeant = (role ?? named) === 'judgments' || isRows;
  if (inFolder && isLines && !isMeant) return null;
  const file = await options.unpacked(path);
  const byName = named === 'none' ? null : named;
  const importer = readerOf(role ?? byName, known, isLines, path);
  const described = (await importer?.describe?.(file, options)) ?? { roles: [], metric: null };
  const told = { file, importer, metric: described.metric, isWeak: false };
  if (role !== null) return { ...told, roles: [role] };
  if (described.roles.length > 0) return { ...told, roles: described.roles };
  if (isWeak && !(inFolder && isTable) && (await holdsJudgments(file, importer, options))) {
    return { ...told, roles: ['judgments'] };
  }
  const isLessSure = inFolder && isTable && byName !== 'judgments';
  return { ...told, roles: byName === null ? [] : [byName], isWeak: isWeak || isLessSure };
}

/** Whether a file of records holds judgments, by its fields. */
async function holdsJudgments(
  file: SourceFile,
  importer: Importer | null,
  options: ReadOptions,
): Promise<boolean> {
  const fields = await importer?.records?.fields(file, options);
  return fields !== undefined && areJudgments(fields);
}

function readerOf(
  role: ImportRole | null,
  importer: Importer | null,
  isLines: boolean,
  path: string,
): Importer | null {
  if (role === 'judgments') {
    return importer?.records === undefined || isLines ? null : importer;
  }
  if (importer !== null) return importer;
  throw importProblem(
    'format',
    path,
    'the name does not tell its format',
    /\.json$/i.test(path)
      ? `write JSON lines, e.g. jq -c '.[]' FILE.json > FILE.jsonl`
      : `name it with --format: ${IMPORT_FORMATS.join(', ')}`,
  );
}
