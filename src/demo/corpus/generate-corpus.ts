import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GENERATOR_NAME, MANIFEST_FILE } from '../../corpus/manifest.ts';
import { makeFolder } from '../../disk/make-folder.ts';
import { partialPath, removeAbandoned } from '../../disk/partial.ts';
import { readRegular } from '../../disk/read-regular.ts';
import { InfrastructureError, UsageError } from '../../errors.ts';
import { type WrittenFile, writeLines } from '../../record/files/write-lines.ts';
import { JOBS, jobCount, jobDocument, jobFacts } from './jobs.ts';
import { describeQueries, manifestText } from './manifest-text.ts';
import { judged } from './needs/judge.ts';
import { type AskedQuery, drawQueries } from './needs/queries.ts';
import { type FactsTable, plainTable, workerTable } from './table.ts';
import { createWorkers, WORKERS } from './workers.ts';
import { createNames } from './world/names.ts';

/** The seed of the corpora that ship with the project. */
export const DEFAULT_SEED = 1;

/** Above this many workers grade 1 is left out of the judgments: their number would grow without use. */
const GRADE_1_UP_TO = 20_000;

/** What to generate and where. */
export interface GenerateOptions {
  /** Number of workers, 1 to 10,000,000. */
  readonly size: number;
  /** An integer from 0 to 2³² − 1. */
  readonly seed: number;
  readonly folder: string;
  readonly signal?: AbortSignal;
}

/** What was generated. */
export interface GeneratedCorpus {
  readonly name: string;
  readonly folder: string;
  /** Lines and sha256 (hex) of every file, the manifest among them, by file name. */
  readonly files: Readonly<Record<string, WrittenFile>>;
}

const FILES = {
  workers: 'documents.jsonl',
  jobs: 'jobs.jsonl',
  queries: 'queries.jsonl',
  judgments: 'judgments.tsv',
} as const;

/** `workers-200`, `workers-10k`, `workers-1m`. */
export function corpusName(size: number): string {
  if (size % 1_000_000 === 0) return `workers-${size / 1_000_000}m`;
  return size % 1_000 === 0 ? `workers-${size / 1_000}k` : `workers-${size}`;
}

/**
 * Writes a corpus folder whose bytes depend on size and seed alone. Documents are streamed; what is
 * held is a dozen bytes a worker. Files appear in the folder only when all of them are complete.
 * @throws UsageError for a size or seed out of range, or a folder with a corpus that was not
 * generated; InfrastructureError where the disk refuses; the
 * signal's reason.
 */
export async function generateCorpus(options: GenerateOptions): Promise<GeneratedCorpus> {
  checkOptions(options);
  const { folder } = options;
  await refuseForeignCorpus(folder);
  const created = await makeFolder(folder).catch(unwritable(folder));
  await removeAbandoned(folder);
  const partial = partialPath(join(folder, 'corpus'));
  try {
    await mkdir(partial).catch(unwritable(folder));
    const files = await writeFiles(partial, options).catch(unwritable(folder));
    for (const file of Object.keys(files)) await rename(join(partial, file), join(folder, file));
    return { name: corpusName(options.size), folder, files };
  } catch (error) {
    if (created !== undefined) await rm(created, { recursive: true, force: true });
    throw error;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function writeFiles(
  folder: string,
  { size, seed, signal }: GenerateOptions,
): Promise<Record<string, WrittenFile>> {
  const names = createNames();
  const workers = createWorkers(seed, size);
  const jobs = jobCount(size);
  const write = (file: string, lines: Iterable<string>) =>
    writeLines(join(folder, file), lines, signal);
  const documents = (count: number, make: (index: number) => unknown) =>
    generated(count, (index) => JSON.stringify(make(index)));

  const workersFile = await write(
    FILES.workers,
    documents(size, (index) => workers.document(index, names)),
  );
  const jobsFile = await write(
    FILES.jobs,
    documents(jobs, (index) => jobDocument(seed, names, index)),
  );
  const tables: Tables = {
    [WORKERS]: { table: workerTable(workers), prefix: `${WORKERS}/w-` },
    [JOBS]: {
      table: plainTable([...generated(jobs, (index) => jobFacts(seed, index))]),
      prefix: `${JOBS}/j-`,
    },
  };
  const queries = drawQueries(seed, tables[WORKERS].table);
  const queriesFile = await write(
    FILES.queries,
    queries.map(({ query }) => JSON.stringify(query)),
  );
  const lowestGrade = size > GRADE_1_UP_TO ? 2 : 1;
  const grades: Record<string, number> = { '1': 0, '2': 0, '3': 0 };
  const judgmentsFile = await write(
    FILES.judgments,
    judgmentLines(queries, tables, lowestGrade, grades),
  );
  const manifest = manifestText({
    name: corpusName(size),
    seed,
    size,
    collections: [
      { name: WORKERS, file: FILES.workers, ...workersFile },
      { name: JOBS, file: FILES.jobs, ...jobsFile },
    ],
    queries: { file: FILES.queries, ...queriesFile, details: describeQueries(queries) },
    judgments: { file: FILES.judgments, ...judgmentsFile, details: { lowestGrade, grades } },
  });
  return {
    [FILES.workers]: workersFile,
    [FILES.jobs]: jobsFile,
    [FILES.queries]: queriesFile,
    [FILES.judgments]: judgmentsFile,
    // Last, so that a folder with a manifest has everything the manifest names.
    [MANIFEST_FILE]: await write(MANIFEST_FILE, [manifest]),
  };
}

type Tables = Readonly<
  Record<typeof WORKERS | typeof JOBS, { readonly table: FactsTable; readonly prefix: string }>
>;

function* judgmentLines(
  queries: readonly AskedQuery[],
  tables: Tables,
  lowestGrade: number,
  grades: Record<string, number>,
): Generator<string> {
  for (const { query, need } of queries) {
    for (const collection of need.collections) {
      const { table, prefix } = tables[collection];
      for (const { index, grade } of judged(need, table, lowestGrade)) {
        grades[grade] = (grades[grade] ?? 0) + 1;
        yield `${query.id}\t${prefix}${index}\t${grade}`;
      }
    }
  }
}

function* generated<T>(count: number, make: (index: number) => T): Generator<T> {
  for (let index = 0; index < count; index++) yield make(index);
}

function checkOptions({ size, seed }: GenerateOptions): void {
  if (!Number.isInteger(size) || size < 1 || size > 10_000_000) {
    throw new UsageError('corpus-size', `the size ${size} is not a number of workers`, {
      hint: 'give a whole number from 1 to 10000000',
    });
  }
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new UsageError('corpus-seed', `the seed ${seed} cannot be used`, {
      hint: 'give a whole number from 0 to 4294967295',
    });
  }
}

// A corpus somebody wrote by hand has the same file names, and is never overwritten.
async function refuseForeignCorpus(folder: string): Promise<void> {
  const path = join(folder, MANIFEST_FILE);
  const bytes = await readRegular(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new UsageError('corpus-folder', `${folder}: cannot be used (${error.code})`, {
      hint: 'give the path of a folder that does not exist yet',
      cause: error,
    });
  });
  if (bytes === null || bytes.includes(`"name": "${GENERATOR_NAME}"`)) return;
  throw new UsageError('corpus-exists', `${folder}: holds a corpus that was not generated`, {
    hint: 'give another folder with --out',
    context: { folder },
  });
}

function unwritable(folder: string): (cause: unknown) => never {
  return (cause) => {
    const code = (cause as NodeJS.ErrnoException | null)?.code;
    if (!(cause instanceof Error) || typeof code !== 'string' || 'exitCode' in cause) throw cause;
    throw new InfrastructureError('corpus-write', `${folder}: cannot be written (${code})`, {
      hint: 'check the rights and the free space there, or give another folder with --out',
      cause,
    });
  };
}
