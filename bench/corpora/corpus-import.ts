import { basename, isAbsolute, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { importFormat } from '../../src/corpus/import/importers.ts';
import { IMPORT_FORMATS } from '../../src/corpus/import/types.ts';
import { CORPUS_METRICS, type CorpusMetric } from '../../src/corpus/types.ts';
import { counted } from '../../src/counted.ts';
import { EXIT, type ExitCode, UsageError } from '../../src/errors.ts';
import { importCorpus } from '../../src/truth/corpus/import-corpus.ts';
import type { Io } from '../io.ts';
import { terminalProgress } from '../terminal-progress.ts';
import { addColumnOptions, type ColumnFlags, columnsOf } from './import-columns.ts';

interface ImportFlags extends ColumnFlags {
  readonly from: readonly string[];
  readonly out: string;
  readonly format?: string;
  readonly name?: string;
  readonly collection: string;
  readonly split: string;
  readonly allQueries?: boolean;
  readonly metric?: string;
  readonly excludeSelf?: boolean;
}

/** Adds `bench corpus import` to `bench corpus`. */
export function addCorpusImport(corpus: Command, io: Io, done: (code: ExitCode) => void): void {
  const command = corpus
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
    .option(
      '--split <name>',
      'which judgments of a folder, where they are of several splits',
      'test',
    )
    .option('--all-queries', 'keep queries that nothing is judged for')
    .option(
      '--metric <metric>',
      'how nearness is meant: cosine, dot or euclidean (default: as the files say)',
    )
    .option('--exclude-self', "the document with a query's own id is no answer to it");
  addColumnOptions(command).action(async (flags: ImportFlags) => done(await runImport(flags, io)));
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
      columns: columnsOf(flags),
      split: flags.split,
      allQueries: flags.allQueries === true,
      metric: metricFlag(flags.metric),
      excludeSelf: flags.excludeSelf === true,
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
    io.stdout(
      `${counted(made.documentCount, 'document')}, ${counted(made.queryCount, 'query', 'queries')}\n`,
    );
    io.stdout(`${counted(made.judgmentCount, 'judgment')}\n`);
    io.stdout(
      made.dimension === null
        ? 'no vectors: embed them with bench truth --encoder or --backend\n'
        : `vectors of ${made.dimension} dimensions\n`,
    );
    if (!made.hasTexts) io.stdout('no texts: only the vectors given can be used\n');
    if (made.metric !== null) io.stdout(`nearest by ${made.metric}\n`);
    if (made.truth !== null) {
      io.stdout(
        `ground truth of ${counted(made.truth.count, 'query', 'queries')}, ${made.truth.k} each\n`,
      );
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

/** The metric of a flag. @throws UsageError for one that is not known */
export function metricFlag(name: string | undefined): CorpusMetric | null {
  if (name === undefined) return null;
  const known = CORPUS_METRICS.find((metric) => metric === name);
  if (known !== undefined) return known;
  throw new UsageError('usage-metric', `--metric: ${JSON.stringify(name)} is not known`, {
    hint: 'cosine, euclidean or dot',
  });
}
