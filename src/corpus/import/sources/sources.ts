import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { counted, firstNamed } from '../../../counted.ts';
import { importProblem, unreadableImport } from '../problem.ts';
import type { ImportRole } from '../types.ts';
import { filesBelow } from './folder.ts';
import type { Found, ImportFile, ReadFile } from './found.ts';
import { inOneSplit, SHOWN, withoutWeak } from './splits.ts';
import { rolesOf, type SourceOptions } from './told-roles.ts';

/** The files of an import by what they are to the corpus, each list in the order of reading. */
export interface ImportSources {
  readonly documents: readonly ReadFile[];
  readonly queries: readonly ReadFile[];
  readonly judgments: readonly ImportFile[];
  readonly truth: ReadFile | null;
  /** What was left out, a sentence each. */
  readonly notes: readonly string[];
}

const ROLES: readonly ImportRole[] = ['documents', 'queries', 'judgments', 'truth'];

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
  return `${folder}: ${counted(ways.length, 'file was not read, since nothing tells what it is', 'files were not read, since nothing tells what they are')}: ${firstNamed(ways, SHOWN)}`;
}

function unclear(path: string): Error {
  return importProblem(
    'role',
    path,
    'its name does not tell what it is',
    `write documents=${path}, queries=${path}, truth=${path} or judgments=${path}`,
  );
}
