import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { IMPORTERS, importerFor } from './importers.ts';
import { importProblem, unreadableImport } from './problem.ts';
import type { Importer, ImportFormat, ImportRole, ReadOptions } from './types.ts';

/** One file and who reads it. */
export interface ImportFile {
  readonly path: string;
  readonly importer: Importer;
}

/** The files of an import by what they are to the corpus, each list in the order of reading. */
export interface ImportSources {
  readonly documents: readonly ImportFile[];
  readonly queries: readonly ImportFile[];
  /** Paths of judgments. */
  readonly judgments: readonly string[];
  readonly truth: ImportFile | null;
}

const ROLES: readonly ImportRole[] = ['documents', 'queries', 'judgments', 'truth'];

/** Words of file names that tell a role, looked for in this order; `learn` and `readme` tell that a file is not meant. */
const WORDS: readonly (readonly [ImportRole | null, RegExp])[] = [
  [null, /^(learn|readme|license|manifest)$/],
  ['judgments', /^(qrels?|judg(e)?ments?)$/],
  ['truth', /^(ground|groundtruth|gt|truth|neighbou?rs|knn)$/],
  ['queries', /^(query|queries|questions?|test|topics)$/],
  ['documents', /^(base|corpus|docs?|documents?|passages?|items?|train|database|db)$/],
];

/**
 * Finds out which file plays which role: as written (`queries=PATH`), by what the file itself holds
 * (HDF5), or by the words of its name. Folders stand for the files in them; a folder with a
 * `corpus.jsonl` is read as BEIR, with the judgments of one split.
 * @throws UsageError for files that are missing or cannot be told apart, and where documents or queries are missing
 */
export async function importSources(
  from: readonly string[],
  options: ReadOptions & { readonly format: ImportFormat | null; readonly split: string },
): Promise<ImportSources> {
  const found: { role: ImportRole; file: ImportFile | null; path: string }[] = [];
  const add = (role: ImportRole, path: string): void => {
    const importer = role === 'judgments' ? null : readerOf(path, options.format);
    found.push({ role, path, file: importer === null ? null : { path, importer } });
  };
  const unknown: string[] = [];
  for (const written of from) {
    const { role, path } = withRole(written);
    const stats = await stat(path).catch((cause: unknown) => {
      throw unreadableImport(path, cause);
    });
    if (stats.isDirectory()) {
      for (const [named, file] of await inFolder(path, options.split)) {
        const use = role ?? named;
        if (use !== null) add(use, file);
      }
      continue;
    }
    const importer = options.format === null ? importerFor(path) : IMPORTERS[options.format];
    const roles =
      role !== null
        ? [role]
        : ((await importer?.roles?.(path, options)) ??
          [roleOf(path)].filter((one) => one !== null));
    if (roles.length === 0) unknown.push(path);
    for (const one of roles) add(one, path);
  }
  const hasDocuments = found.some(({ role }) => role === 'documents');
  const [only] = unknown;
  if (!hasDocuments && unknown.length === 1 && only !== undefined) add('documents', only);
  else if (only !== undefined) throw unclear(only);
  return checked(found, from);
}

function checked(
  found: readonly { role: ImportRole; file: ImportFile | null; path: string }[],
  from: readonly string[],
): ImportSources {
  const files = (role: ImportRole) =>
    found.flatMap((one) => (one.role === role && one.file !== null ? [one.file] : []));
  const [truth, second] = files('truth');
  if (second !== undefined) {
    throw importProblem(
      'truth',
      second.path,
      'is a second file of ground truth',
      'name one with truth=PATH',
    );
  }
  const documents = files('documents');
  const queries = files('queries');
  for (const [role, list] of Object.entries({ documents, queries })) {
    if (list.length > 0) continue;
    throw importProblem(
      'role',
      from.join(', '),
      `there are no ${role} among these files`,
      `name them: ${role}=PATH`,
    );
  }
  const judgments = found.flatMap(({ role, path }) => (role === 'judgments' ? [path] : []));
  return { documents, queries, judgments, truth: truth ?? null };
}

function withRole(written: string): { role: ImportRole | null; path: string } {
  const at = written.indexOf('=');
  const role = ROLES.find((one) => one === written.slice(0, Math.max(0, at)));
  return role === undefined ? { role: null, path: written } : { role, path: written.slice(at + 1) };
}

function readerOf(path: string, format: ImportFormat | null): Importer {
  const importer = format === null ? importerFor(path) : IMPORTERS[format];
  if (importer !== null) return importer;
  throw importProblem(
    'format',
    path,
    'the name does not tell its format',
    'name it with --format: beir, hdf5, bigann, texmex, parquet, jsonl, arrow or npy',
  );
}

/** The role that a file's name tells; null where it tells none. */
function roleOf(path: string): ImportRole | null {
  const name = basename(path).toLowerCase();
  if (name.endsWith('.ivecs') || name.endsWith('.ibin')) return 'truth';
  const words = name.split(/[^a-z]+/);
  for (const [role, pattern] of WORDS) {
    if (words.some((word) => pattern.test(word))) return role;
  }
  return null;
}

/** Files of a folder with the roles their names tell; those that tell none are not meant. */
async function inFolder(
  folder: string,
  split: string,
): Promise<(readonly [ImportRole | null, string])[]> {
  const names = (await readdir(folder)).sort();
  if (names.includes('corpus.jsonl')) return await beirFolder(folder, names, split);
  return names
    .filter((name) => importerFor(name) !== null || /\.(tsv|qrels|trec)$/.test(name))
    .map((name) => [roleOf(name), join(folder, name)] as const);
}

async function beirFolder(
  folder: string,
  names: readonly string[],
  split: string,
): Promise<(readonly [ImportRole, string])[]> {
  const files: (readonly [ImportRole, string])[] = [
    ['documents', join(folder, 'corpus.jsonl')],
    ['queries', join(folder, 'queries.jsonl')],
  ];
  if (!names.includes('qrels')) return files;
  const splits = (await readdir(join(folder, 'qrels'))).filter((name) => name.endsWith('.tsv'));
  const wanted = splits.find((name) => name === `${split}.tsv`);
  const [only] = splits;
  const chosen = wanted ?? (splits.length === 1 ? only : undefined);
  if (chosen === undefined) {
    throw importProblem(
      'split',
      join(folder, 'qrels'),
      `there is no ${split}.tsv`,
      `choose with --split: ${splits.map((name) => name.slice(0, -4)).join(', ') || 'there are none'}`,
    );
  }
  return [...files, ['judgments', join(folder, 'qrels', chosen)]];
}

function unclear(path: string): Error {
  return importProblem(
    'role',
    path,
    'its name does not tell what it is',
    `write documents=${path}, queries=${path}, truth=${path} or judgments=${path}`,
  );
}
