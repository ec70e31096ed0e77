import type { ImportRole } from '../types.ts';

/** Words of names that tell a role, looked for in this order. */
const STRONG: readonly (readonly [ImportRole, RegExp])[] = [
  ['judgments', /^(qrels?|judg(e)?ments?)$/],
  ['truth', /^(ground|groundtruth|gt|truth|neighbou?rs|knn)$/],
  ['queries', /^(query|queries|questions?|topics)$/],
  ['documents', /^(base|corpus|docs?|documents?|passages?|items?|database|db|collection)$/],
];

/** Words that tell a role where nothing better does: names of splits are also names of roles. */
const WEAK: readonly (readonly [ImportRole, RegExp])[] = [
  ['queries', /^tests?$/],
  ['documents', /^train$/],
];

/** Words that tell that a file is not meant. */
const NOT_MEANT = /^(learn|readme|license|manifest|dataset_info|dataset_infos)$/;

const SPLITS = /^(train|training|dev|valid|validation|test)$/;

/** What a name tells: a role, `none` where it tells that the file is not meant, null where it tells nothing. */
export type NamedRole = ImportRole | 'none' | null;

/**
 * The role that the name of a file tells, with its path inside the folder that was given: the file's own name, then
 * the folders around it, the nearest first; names of splits (`train`, `test`) last.
 * @param way path of the file, from the folder that was given on, with `/`
 */
export function roleByName(way: string): NamedRole {
  const parts = way.toLowerCase().split('/').reverse();
  const [name = ''] = parts;
  if (wordsOf(name).some((word) => NOT_MEANT.test(word))) return 'none';
  if (/\.(ivecs|ibin)$/.test(name)) return 'truth';
  if (/\.(qrels|trec)$/.test(name)) return 'judgments';
  for (const table of [STRONG, WEAK]) {
    for (const part of parts) {
      const role = roleOfWords(wordsOf(part), table);
      if (role !== null) return role;
    }
  }
  return null;
}

/** Whether a role by name is only that of a split, such as `test.parquet`: what is in the file may say better. */
export function isWeakName(way: string): boolean {
  const parts = way.toLowerCase().split('/');
  return !parts.some((part) => roleOfWords(wordsOf(part), STRONG) !== null);
}

/** The split that a file is of, by its own name or by that of its folder; null where none is named. */
export function splitOf(way: string): string | null {
  const parts = way.toLowerCase().split('/').reverse();
  for (const part of parts) {
    const word = wordsOf(part).find((one) => SPLITS.test(one));
    if (word !== undefined) return SPLIT_NAMES.get(word) ?? word;
  }
  return null;
}

const SPLIT_NAMES = new Map([
  ['training', 'train'],
  ['valid', 'dev'],
  ['validation', 'dev'],
]);

/** The name of a split as files have it: `validation` is `dev`. */
export function plainSplit(split: string): string {
  return SPLIT_NAMES.get(split.toLowerCase()) ?? split.toLowerCase();
}

function roleOfWords(
  words: readonly string[],
  table: readonly (readonly [ImportRole, RegExp])[],
): ImportRole | null {
  const found = table.find(([, pattern]) => words.some((word) => pattern.test(word)));
  return found?.[0] ?? null;
}

function wordsOf(part: string): string[] {
  return part.split(/[^a-z]+/).filter((word) => word !== '');
}
