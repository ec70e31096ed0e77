import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { counted } from '../../../counted.ts';
import { IMPORTERS, importerFor } from '../importers.ts';
import { areJudgments } from '../judgments/records.ts';
import { importProblem, unreadableImport } from '../problem.ts';
import type { SourceFile } from '../source-file.ts';
import type { Importer, ImportFormat, ImportRole, ReadOptions } from '../types.ts';
import { refuseArchive, unpackedName } from '../unpack/unpack.ts';
import { filesBelow } from './folder.ts';
import type { Found, ImportFile, ReadFile } from './found.ts';
import { isWeakName, roleByName } from './roles.ts';
import { inOneSplit, shown, withoutWeak } from './splits.ts';

/** The files of an import by what they are to the corpus, each list in the order of reading. */
export interface ImportSources {
  readonly documents: readonly ReadFile[];
  readonly queries: readonly ReadFile[];
  readonly judgments: readonly ImportFile[];
  readonly truth: ReadFile | null;
  /** What was left out, a sentence each. */
  readonly notes: readonly string[];
}

/** What decides how files are found and told apart. */
export interface SourceOptions extends ReadOptions {
  readonly format: ImportFormat | null;
  readonly split: string;
  /** Gives the file to be read: the same one, or what was unpacked of it. */
  readonly unpacked: (path: string) => Promise<SourceFile>;
}

const ROLES: readonly ImportRole[] = ['documents', 'queries', 'judgments', 'truth'];
/** Ends of names of judgments in lines of text. */
const LINES = /\.(tsv|qrels|trec|txt|csv)$/i;

/**
 * Finds out which file plays which role: as written (`queries=PATH`), by what the file itself holds (HDF5, records
 * of judgments), or by the words of its name and of the folders around it. A folder stands for all files below it;
 * of judgments and queries in several splits one is taken. Packed files are unpacked first.
 * @throws UsageError for files that are missing or cannot be told apart, and where documents or queries are missing
 */
export async function importSources(
  from: readonly string[],
  options: SourceOptions,
): Promise<ImportSources> {
  const found: Found[] = [];
  const notes: string[] = [];
  const unknown: { path: string; take: (role: ImportRole) => Found }[] = [];
  for (const written of from) {
    const { role, path } = withRole(written);
    const stats = await stat(path).catch((cause: unknown) => {
      throw unreadableImport(path, cause);
    });
    const inFolder = stats.isDirectory();
    const ways = inFolder ? await filesBelow(path) : [basename(path)];
    const ignored: string[] = [];
    for (const way of ways) {
      const place = inFolder ? join(path, way) : path;
      const told = await rolesOf(place, way, { role, inFolder }, options);
      if (told === null) {
        ignored.push(way);
        continue;
      }
      const take = (as: ImportRole): Found => ({
        path: place,
        way,
        ...told,
        role: as,
        isWritten: role !== null,
        inFolder,
      });
      if (told.roles.length === 0 && inFolder) ignored.push(way);
      else if (told.roles.length === 0) unknown.push({ path: place, take });
      for (const one of told.roles) found.push(take(one));
    }
    if (ignored.length > 0) notes.push(leftOut(path, ignored));
  }
  const [only] = unknown;
  const isFirst = only !== undefined && !found.some(({ role }) => role === 'documents');
  if (isFirst && unknown.length === 1) found.push(only.take('documents'));
  else if (only !== undefined) throw unclear(only.path);
  const plain = withoutWeak(found, notes);
  return checked(inOneSplit(plain, options.split, notes), from, notes);
}

function withRole(written: string): { role: ImportRole | null; path: string } {
  const at = written.indexOf('=');
  const role = ROLES.find((one) => one === written.slice(0, Math.max(0, at)));
  return role === undefined ? { role: null, path: written } : { role, path: written.slice(at + 1) };
}

interface Told extends ImportFile {
  /** Empty where nothing tells. */
  readonly roles: readonly ImportRole[];
  readonly isWeak: boolean;
}

/** What a file is; null for one in a folder that is not meant. */
async function rolesOf(
  path: string,
  way: string,
  { role, inFolder }: { readonly role: ImportRole | null; readonly inFolder: boolean },
  options: SourceOptions,
): Promise<Told | null> {
  if (!inFolder) refuseArchive(path);
  const inner = unpackedName(way);
  const known = options.format === null ? importerFor(inner) : IMPORTERS[options.format];
  const named = roleByName(inner);
  const isLines = LINES.test(inner) && importerFor(inner) === null;
  if (inFolder && (named === 'none' || (known === null && !isLines))) return null;
  if (inFolder && isLines && (role ?? named) !== 'judgments') return null;
  const file = await options.unpacked(path);
  const byName = named === 'none' ? null : named;
  const importer = readerOf(role ?? byName, known, isLines, path);
  const described = (await importer?.describe?.(file, options)) ?? { roles: [], metric: null };
  const told = { file, importer, metric: described.metric, isWeak: false };
  if (role !== null) return { ...told, roles: [role] };
  if (described.roles.length > 0) return { ...told, roles: described.roles };
  const isWeak = isWeakName(inner);
  if (isWeak && (await holdsJudgments(file, importer, options))) {
    return { ...told, roles: ['judgments'] };
  }
  return { ...told, roles: byName === null ? [] : [byName], isWeak };
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
    'name it with --format: beir, hdf5, bigann, texmex, parquet, jsonl, arrow or npy',
  );
}

function checked(
  found: readonly Found[],
  from: readonly string[],
  notes: readonly string[],
): ImportSources {
  const readable = (role: ImportRole): ReadFile[] =>
    found.flatMap((one) =>
      one.role === role && one.importer !== null ? [{ ...one, importer: one.importer }] : [],
    );
  const written = found.filter(({ role, isWritten }) => role === 'truth' && isWritten);
  const truths = readable('truth').filter(
    ({ file }) => written.length === 0 || written.some((one) => one.file === file),
  );
  const [truth, second] = truths;
  if (second !== undefined) {
    throw importProblem(
      'truth',
      second.file.path,
      'is a second file of ground truth',
      'name one with truth=PATH',
    );
  }
  const documents = readable('documents');
  const queries = readable('queries');
  for (const [role, list] of Object.entries({ documents, queries })) {
    if (list.length > 0) continue;
    throw importProblem(
      'role',
      from.join(', '),
      `there are no ${role} among these files`,
      [`name them: ${role}=PATH`, ...notes].join('; '),
    );
  }
  const judgments = found.filter(({ role }) => role === 'judgments');
  return { documents, queries, judgments, truth: truth ?? null, notes };
}

function leftOut(folder: string, ways: readonly string[]): string {
  return `${folder}: ${counted(ways.length, 'file was not read, since nothing tells what it is', 'files were not read, since nothing tells what they are')}: ${shown(ways)}`;
}

function unclear(path: string): Error {
  return importProblem(
    'role',
    path,
    'its name does not tell what it is',
    `write documents=${path}, queries=${path}, truth=${path} or judgments=${path}`,
  );
}
