import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../../src/errors.ts';
import { hardnessReport } from '../../src/report/hardness-report.ts';
import { describeCorpus } from '../../src/truth/hardness/describe.ts';
import type { ReferenceIndexAudit } from '../../src/truth/reference/audit.ts';
import { sweepReferenceIndex } from '../../src/truth/reference/sweep.ts';
import type { Io } from '../io.ts';
import { addOutputOptions, type OutputFlags, printReport } from '../output.ts';
import { terminalProgress } from '../terminal-progress.ts';
import { type CorpusVectorFlags, corpusWithVectors } from './corpus-vectors.ts';
import { addVectorOptions } from './truth-vectors.ts';

interface DescribeFlags extends CorpusVectorFlags, OutputFlags {
  readonly reference?: boolean;
}

/** What `--reference` builds and how it is asked. */
const REFERENCE = { Ms: [8, 16, 32], efConstructions: [200], efSearches: [10, 40, 160] };
const SEED = 1;

/** Adds `bench corpus describe` to `bench corpus`. */
export function addCorpusDescribe(corpus: Command, io: Io, done: (code: ExitCode) => void): void {
  addOutputOptions(
    addVectorOptions(
      corpus
        .command('describe')
        .description('how hard a corpus is for an approximate index, in figures with their sources')
        .argument('[corpus]', 'a corpus folder (default: that of the configuration)')
        .option(
          '--reference',
          'build HNSW indexes of M 8, 16 and 32 and show the recall they reach',
        )
        .option('-k, --k <n>', 'neighbours a query')
        .option(
          '-c, --config <file>',
          'configuration file (default: bench.config.* of this folder)',
        ),
    ),
  ).action(async (named: string | undefined, flags: DescribeFlags) => {
    const progress = terminalProgress(io);
    const { signal } = io;
    try {
      const given = await corpusWithVectors(named, flags, io, progress);
      const { config, corpus: described, source, documents, queries } = given;
      const metric = described.metric ?? 'cosine';
      progress.stage('exact search', 0);
      const { k } = config;
      const { hardness, space, lists } = await describeCorpus({
        ...{ documents, queries, metric, k, seed: SEED, signal },
      });
      const audits: ReferenceIndexAudit[] = [];
      if (flags.reference === true) {
        progress.stage('reference indexes', REFERENCE.Ms.length);
        const inSpace = { documents: space.documents(documents), queries: space.queries(queries) };
        for await (const audit of sweepReferenceIndex({
          ...{ ...inSpace, truth: lists, k, signal },
          ...REFERENCE,
        })) {
          audits.push(audit);
          progress.tick(1);
        }
      }
      progress.end();
      const about = { corpus: described.name, vectors: source };
      const report = hardnessReport(about, hardness, audits);
      const figures = () => ({ ...about, ...hardness, reference: audits });
      await printReport({ screen: null, report, figures }, flags, io);
      done(EXIT.pass);
    } finally {
      progress.end();
    }
  });
}
