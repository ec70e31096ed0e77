import { join } from 'node:path';
import { z } from 'zod';
import { IMPORTERS } from '../../corpus/import/importers.ts';
import { type NearestLists, readLists, writeLists } from '../../corpus/import/lists/lists.ts';
import { plainFile } from '../../corpus/import/source-file.ts';
import { CORPUS_METRICS, type CorpusMetric } from '../../corpus/types.ts';
import { isErrno } from '../../disk/errno.ts';
import { readRegular } from '../../disk/read-regular.ts';
import { UsageError } from '../../errors.ts';
import { writeWhole } from '../../record/files/write-whole.ts';
import { firstIssue } from '../../schema-error.ts';

/** Folder of a corpus that holds its truth. */
export const TRUTH_FOLDER = 'truth';
const LISTS_FILE = 'given.ibin';
const FACTS_FILE = 'given.json';

const factsSchema = z.strictObject({
  version: z.literal(1),
  /** Null where the source did not say. */
  metric: z.enum(CORPUS_METRICS).nullable(),
  source: z.string(),
});

/** Ground truth that came with a corpus: lists of row numbers, one a query in the order of the queries. */
export interface GivenTruth {
  readonly lists: NearestLists;
  readonly metric: CorpusMetric | null;
  /** Name of the file it came from. */
  readonly source: string;
}

/** Stores ground truth that came with a corpus in the folder's `given.ibin` and `given.json`. */
export async function writeGivenTruth(folder: string, given: GivenTruth): Promise<void> {
  const { lists, metric, source } = given;
  await writeLists(join(folder, LISTS_FILE), lists);
  const facts = { version: 1, metric, source } satisfies z.infer<typeof factsSchema>;
  await writeWhole(join(folder, FACTS_FILE), Buffer.from(`${JSON.stringify(facts, null, 2)}\n`));
}

/**
 * Reads the ground truth that came with a corpus.
 * @returns null where there is none
 * @throws UsageError where it does not fit the corpus or cannot be read
 */
export async function readGivenTruth(
  folder: string,
  expected: { readonly queries: number; readonly documents: number },
): Promise<GivenTruth | null> {
  const path = join(folder, FACTS_FILE);
  let text: string;
  try {
    text = (await readRegular(path)).toString('utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return null;
    throw malformed(path, String(error));
  }
  const facts = factsSchema.safeParse(parsed(path, text));
  if (!facts.success) throw malformed(path, firstIssue(facts.error, 'facts'));
  const source = { file: plainFile(join(folder, LISTS_FILE)), importer: IMPORTERS.bigann };
  const lists = await readLists(source, expected, {});
  return { lists, metric: facts.data.metric, source: facts.data.source };
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed(path, 'malformed JSON');
  }
}

function malformed(path: string, what: string): UsageError {
  return new UsageError('given-truth', `${path}: ${what}`, {
    hint: 'import the corpus again',
    context: { file: path },
  });
}
