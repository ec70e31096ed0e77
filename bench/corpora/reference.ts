import { resolve } from 'node:path';
import { counted } from '../../src/counted.ts';
import { EXIT, type ExitCode, UsageError } from '../../src/errors.ts';
import { referenceReport } from '../../src/report/reference-report.ts';
import { exactTopK } from '../../src/truth/exact.ts';
import { longestSquareOf, metricSpace } from '../../src/truth/metric-space.ts';
import type { ReferenceIndexAudit } from '../../src/truth/reference/audit.ts';
import { hnswlibBuild } from '../../src/truth/reference/native-build.ts';
import { sweepReferenceIndex } from '../../src/truth/reference/sweep.ts';
import type { DefineCommand } from '../command.ts';
import type { Io } from '../io.ts';
import { addOutputOptions, type OutputFlags, printReport } from '../output.ts';
import { type EndableProgress, terminalProgress } from '../terminal-progress.ts';
import { type CorpusVectorFlags, corpusWithVectors } from './corpus-vectors.ts';
import { addVectorOptions } from './truth-vectors.ts';

interface ReferenceFlags extends CorpusVectorFlags, OutputFlags {
  readonly sweep?: boolean;
  readonly m?: string;
  readonly efConstruction?: string;
  readonly efSearch: string;
  readonly cache: string | boolean;
}

/** `bench reference [CORPUS]`: audits local HNSW indexes over a corpus against exact truth. */
export const referenceCommand: DefineCommand = (command, io, done) => {
  const withVectors = addVectorOptions(
    command
      .argument('[corpus]', 'a corpus folder (default: that of the configuration)')
      .option('--sweep', 'one index a combination of M 8,16,32 and efConstruction 100,200,400')
      .option('--m <list>', 'links a node (default: 16, or those of the sweep)')
      .option('--ef-construction <list>', 'candidates while building (default: 200, or the sweep)')
      .option('--ef-search <list>', 'candidates while searching', '10,20,40,80,160,320,640')
      .option('-k, --k <n>', 'neighbours a query')
      .option('--cache <folder>', 'saved indexes', '.cache/reference')
      .option('--no-cache', 'build anew and save nothing')
      .option('-c, --config <file>', 'configuration file (default: bench.config.* of this folder)'),
  );
  addOutputOptions(withVectors).action(
    async (folder: string | undefined, flags: ReferenceFlags) => {
      const progress = terminalProgress(io);
      try {
        done(await runReference(folder, flags, io, progress));
      } catch (error) {
        if (!io.signal.aborted || error instanceof UsageError) throw error;
        done(EXIT.interrupted);
      } finally {
        progress.end();
      }
    },
  );
};

async function runReference(
  named: string | undefined,
  flags: ReferenceFlags,
  io: Io,
  progress: EndableProgress,
): Promise<ExitCode> {
  const grid = {
    Ms: numbers('--m', flags.m ?? (flags.sweep === true ? '8,16,32' : '16')),
    efConstructions: numbers(
      '--ef-construction',
      flags.efConstruction ?? (flags.sweep === true ? '100,200,400' : '200'),
    ),
    efSearches: numbers('--ef-search', flags.efSearch),
  };
  const given = await corpusWithVectors(named, flags, io, progress);
  const { corpus, source, documents: rows, queries: asked } = given;
  const { k } = given.config;
  const { signal } = io;
  progress.stage('exact search', 1);
  const space = metricSpace(corpus.metric ?? 'cosine', longestSquareOf(rows));
  const documents = space.documents(rows);
  const queries = space.queries(asked);
  const { lists: truth } = await exactTopK({ documents, queries, kPrime: k, signal });
  const audits: ReferenceIndexAudit[] = [];
  const count = new Set(grid.Ms).size * new Set(grid.efConstructions).size;
  progress.stage(`indexes of ${counted(documents.ids.length, 'row')}`, count);
  const sweep = sweepReferenceIndex({
    ...{ documents, queries, truth, k, signal },
    ...grid,
    ...(flags.cache === false ? {} : { cacheFolder: resolve(io.cwd, String(flags.cache)) }),
  });
  for await (const audit of sweep) {
    audits.push(audit);
    if (audit.distrust !== null) progress.note(`built again: ${audit.distrust}`);
    progress.tick(1);
  }
  progress.end();
  const build = await hnswlibBuild();
  const about = { corpus: corpus.name, vectors: source, queries: queries.ids.length, k };
  const report = referenceReport(about, build, audits);
  const figures = () => ({ ...about, build, audits });
  await printReport({ screen: null, report, figures }, flags, io);
  return EXIT.pass;
}

function numbers(flag: string, text: string): number[] {
  const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (values.every((value) => Number.isInteger(value) && value > 0)) return values;
  throw new UsageError('flag-number', `${flag} ${text}: not a list of whole numbers above 0`, {
    hint: `for example ${flag} 16,32`,
  });
}
