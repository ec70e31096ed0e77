import { basename, isAbsolute, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { importFormat } from '../src/corpus/import/importers.ts';
import { IMPORT_FORMATS, type ImportMetric } from '../src/corpus/import/types.ts';
import { EXIT, type ExitCode, UsageError } from '../src/errors.ts';
import { importCorpus } from '../src/truth/corpus/import-corpus.ts';
import type { Io } from './io.ts';
import { terminalProgress } from './terminal-progress.ts';

interface ImportFlags {
  readonly from: readonly string[];
  readonly out: string;
  readonly format?: string;
  readonly name?: string;
  readonly collection: string;
  readonly split: string;
  readonly allQueries?: boolean;
  readonly metric?: string;
  readonly idColumn?: string;
  readonly textColumn?: string;
  readonly vectorColumn?: string;
}

/** Adds `bench corpus import` to `bench corpus`. */
export function addCorpusImport(corpus: Command, io: Io, done: (code: ExitCode) => void): void {
  corpus
    .command('import')
    .description('make a corpus of foreign files: texts, vectors, judgments, ground truth')
    .requiredOption(
      '--from <path...>',
      'files or folders; documents=PATH, queries=PATH, judgments=PATH or truth=PATH where the name does not tell',
    )
    .requiredOption('--out <folder>', 'where to; nothing is overwritten')
    .option('--format <format>', `${IMPORT_FORMATS.join(', ')} (default: by the name)`)
    .option('--name <name>', 'name of the corpus (default: that of the folder)')
    .option('--collection <name>', 'name of the one collection', 'documents')
    .option('--split <name>', 'which qrels of a BEIR folder', 'test')
    .option('--all-queries', 'keep queries that nothing is judged for')
    .option('--metric <metric>', 'of the ground truth given: cosine, euclidean or dot')
    .option('--id-column <name>', 'field or column of the ids')
    .option('--text-column <name>', 'field or column of the texts')
    .option('--vector-column <name>', 'field or column of the vectors')
    .action(async (flags: ImportFlags) => done(await runImport(flags, io)));
}

async function runImport(flags: ImportFlags, io: Io): Promise<ExitCode> {
  const folder = resolve(io.cwd, flags.out);
  const progress = terminalProgress(io);
  const seen = { documents: 0, queries: 0 };
  try {
    const made = await importCorpus({
      from: flags.from.map((written) => absolute(written, io.cwd)),
      format: flags.format === undefined ? null : importFormat(flags.format),
      folder,
      name: flags.name ?? basename(folder),
      collection: collectionOf(flags.collection),
      columns: {
        ...(flags.idColumn === undefined ? {} : { id: flags.idColumn }),
        ...(flags.textColumn === undefined ? {} : { text: flags.textColumn }),
        ...(flags.vectorColumn === undefined ? {} : { vector: flags.vectorColumn }),
      },
      split: flags.split,
      allQueries: flags.allQueries === true,
      metric: metricOf(flags.metric),
      onRows: (role, count) => {
        if (seen[role] === 0) progress.stage(`reading ${role}`, 0);
        progress.tick(count - seen[role]);
        seen[role] = count;
      },
      signal: io.signal,
    });
    progress.end();
    const way = relative(io.cwd, folder);
    io.stdout(
      `${flags.name ?? basename(folder)} in ${way.startsWith('..') || isAbsolute(way) ? folder : way}\n`,
    );
    io.stdout(`${made.documentCount} documents, ${made.queryCount} queries\n`);
    io.stdout(`${made.judgmentCount} judgments\n`);
    io.stdout(
      made.dimension === null
        ? 'no vectors: embed them with bench truth --encoder or --backend\n'
        : `vectors of ${made.dimension} dimensions\n`,
    );
    if (!made.hasTexts) io.stdout('no texts: only the vectors given can be used\n');
    if (made.truth !== null) {
      io.stdout(`ground truth of ${made.truth.count} queries, ${made.truth.k} each\n`);
    }
    for (const note of made.notes) io.stderr(`bench: ${note}\n`);
    return EXIT.pass;
  } catch (error) {
    if (io.signal.aborted && !(error instanceof UsageError)) {
      io.stderr('bench: interrupted; nothing was written\n');
      return EXIT.interrupted;
    }
    throw error;
  } finally {
    progress.end();
  }
}

function absolute(written: string, cwd: string): string {
  const [, role = '', path = ''] =
    /^((?:documents|queries|judgments|truth)=)?(.*)$/s.exec(written) ?? [];
  return role + resolve(cwd, path);
}

function collectionOf(name: string): string {
  if (/^[A-Za-z0-9_-]+$/.test(name)) return name;
  throw new UsageError(
    'usage-collection',
    `--collection: ${JSON.stringify(name)} cannot be a name`,
    { hint: 'a collection is named by letters, digits, - and _' },
  );
}

function metricOf(name: string | undefined): ImportMetric | null {
  if (name === undefined) return null;
  if (name === 'cosine' || name === 'euclidean' || name === 'dot') return name;
  throw new UsageError('usage-metric', `--metric: ${JSON.stringify(name)} is not known`, {
    hint: 'cosine, euclidean or dot',
  });
}
