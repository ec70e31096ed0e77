import { isAbsolute, join, relative, resolve } from 'node:path';
import { hashCorpus } from '../../src/corpus/hash.ts';
import { corpusName, DEFAULT_SEED, generateCorpus } from '../../src/demo/corpus/generate-corpus.ts';
import { EXIT, UsageError } from '../../src/errors.ts';
import type { DefineCommand } from '../command.ts';
import { addCorpusBuild } from './corpus-build.ts';
import { addCorpusDescribe } from './corpus-describe.ts';
import { addCorpusImport } from './corpus-import.ts';

/** `bench corpus generate`, `bench corpus import` and `bench corpus hash`. */
export const corpusCommand: DefineCommand = (corpus, io, done) => {
  addCorpusImport(corpus, io, done);
  addCorpusBuild(corpus, io, done);
  addCorpusDescribe(corpus, io, done);

  corpus
    .command('generate')
    .description('write a seeded synthetic corpus of workers and job postings')
    .option('--size <workers>', 'number of workers', '200')
    .option('--seed <integer>', 'the same seed and size give the same bytes', String(DEFAULT_SEED))
    .option('--out <folder>', 'where to (default: corpora/workers-<size>)')
    .action(async (options: { size: string; seed: string; out?: string }) => {
      const size = wholeNumber('--size', options.size);
      const seed = wholeNumber('--seed', options.seed);
      const folder = resolve(io.cwd, options.out ?? join('corpora', corpusName(size)));
      const made = await generateCorpus({ size, seed, folder, signal: io.signal }).catch(
        (error: unknown) => {
          if (!io.signal.aborted) throw error;
          return null;
        },
      );
      if (made === null) {
        io.stderr('bench: interrupted; nothing was written\n');
        done(EXIT.interrupted);
        return;
      }
      const { name, files } = made;
      io.stdout(`${name} in ${shown(folder, io.cwd)}\n`);
      for (const [file, { sha256 }] of Object.entries(files)) {
        io.stdout(`${sha256}  ${file}\n`);
      }
      done(EXIT.pass);
    });

  corpus
    .command('hash')
    .description("print the sha256 of a corpus's files, as its manifest should pin them")
    .argument('<folder>', 'a folder with a manifest.json')
    .action(async (folder: string) => {
      const path = resolve(io.cwd, folder);
      const hashed = await hashCorpus(path);
      for (const { file, sha256 } of hashed) io.stdout(`${sha256}  ${file}\n`);
      const wrong = hashed.filter(({ pinned, sha256 }) => pinned !== null && pinned !== sha256);
      if (wrong.length > 0) {
        throw new UsageError(
          'corpus-hash-mismatch',
          `${shown(path, io.cwd)}: the manifest pins another sha256 for ${wrong.map(({ file }) => file).join(', ')}`,
          { hint: 'restore the files, or write the sha256 above into manifest.json' },
        );
      }
      done(EXIT.pass);
    });
};

function wholeNumber(flag: string, written: string): number {
  if (/^\d{1,10}$/.test(written)) return Number(written);
  throw new UsageError(
    'usage-number',
    `${flag}: ${JSON.stringify(written)} is not a whole number`,
    {
      hint: `for example ${flag} 200`,
    },
  );
}

function shown(path: string, cwd: string): string {
  const way = relative(cwd, path);
  return way === '' || way.startsWith('..') || isAbsolute(way) ? path : way;
}
