import { rm } from 'node:fs/promises';
import type { Config } from '../../src/config/resolve.ts';
import type { Corpus } from '../../src/corpus/types.ts';
import { counted } from '../../src/counted.ts';
import { EXIT, type ExitCode, UsageError } from '../../src/errors.ts';
import { truthReport } from '../../src/report/truth-report.ts';
import { type CorpusTruth, corpusTruth, isBroken } from '../../src/truth/corpus/corpus-truth.ts';
import { storeTruth } from '../../src/truth/corpus/store-truth.ts';
import { lockTruth, type TruthLock } from '../../src/truth/corpus/truth-lock.ts';
import { clearUnfinished, partsFolder } from '../../src/truth/corpus/unfinished.ts';
import type { DefineCommand } from '../command.ts';
import type { Io } from '../io.ts';
import { addOutputOptions, type OutputFlags, printReport } from '../output.ts';
import { addQueueOptions, carryOutOn, openQueue, type QueueFlags } from '../queue/queue-options.ts';
import { type EndableProgress, terminalProgress } from '../terminal-progress.ts';
import { metricFlag } from './corpus-import.ts';
import { type CorpusVectorFlags, corpusConfig } from './corpus-vectors.ts';
import { truthFolderOf } from './truth-folder.ts';
import { addVectorOptions, type CommandVectors, vectorsFrom } from './truth-vectors.ts';

interface TruthFlags extends CorpusVectorFlags, QueueFlags, OutputFlags {
  readonly out?: string;
  readonly metric?: string;
}

/** `bench truth [CORPUS]`: lints a corpus, computes its exact nearest documents and stores them. */
export const truthCommand: DefineCommand = (command, io, done) => {
  const withVectors = addVectorOptions(
    command
      .argument('[corpus]', 'a corpus folder (default: that of the configuration)')
      .option('-c, --config <file>', 'configuration file (default: bench.config.* of this folder)')
      .option('-k, --k <n>', 'neighbours a query')
      .option('--out <folder>', 'where to (default: truth/<name of the corpus>)'),
  );
  addOutputOptions(addQueueOptions(withVectors))
    .option('--metric <metric>', 'of a ground truth given: cosine, euclidean or dot')
    .action(async (folder: string | undefined, flags: TruthFlags) => {
      const progress = terminalProgress(io);
      try {
        done(await runTruth(folder, flags, io, progress));
      } catch (error) {
        if (!io.signal.aborted || error instanceof UsageError) throw error;
        progress.end();
        io.stderr('bench: interrupted; the same command goes on from what is finished\n');
        done(EXIT.interrupted);
      } finally {
        progress.end();
      }
    });
};

async function runTruth(
  named: string | undefined,
  flags: TruthFlags,
  io: Io,
  progress: EndableProgress,
): Promise<ExitCode> {
  const config = await corpusConfig(named, flags, io);
  const kept: Kept = { vectors: null, parts: null, lock: null };
  const { result, stored } = await computed(config, flags, { io, progress, kept }).finally(() =>
    kept.lock?.release(),
  );
  const figures = () => ({ lint: result.lint, given: result.given, out: stored });
  await printReport({ screen: null, report: truthReport(result, config.k), figures }, flags, io);
  if (stored !== null) io.stderr(`bench: truth in ${stored}\n`);
  if (isBroken(result.lint)) {
    io.stderr('bench: the linter found errors: no truth was stored\n');
    return EXIT.infrastructure;
  }
  const differing = result.given?.differences.length ?? 0;
  if (differing === 0) return EXIT.pass;
  io.stderr(
    `bench: the ground truth given disagrees on ${counted(differing, 'query', 'queries')}\n`,
  );
  return EXIT.fail;
}

/** Computes a truth and stores it where it can be used; `stored` is its folder, or null. */
async function computed(
  config: Config,
  flags: TruthFlags,
  {
    io,
    progress,
    kept,
  }: { readonly io: Io; readonly progress: EndableProgress; readonly kept: Kept },
): Promise<{ readonly result: CorpusTruth; readonly stored: string | null }> {
  const truthFolder = (corpus: Corpus) => truthFolderOf(corpus, flags.out, io);
  await using queue = await openQueue(flags, io, progress.note);
  const hold = async (folder: string): Promise<void> => {
    kept.lock ??= await lockTruth(folder);
  };
  const vectors = vectorsFrom({ flags, config, io, progress, truthFolder, hold, queue });
  const carryOut = queue === null ? null : await carryOutOn(queue);
  const result = await corpusTruth({
    folder: config.corpus,
    k: config.k,
    metric: metricFlag(flags.metric),
    vectors: async (corpus) => {
      await hold(truthFolder(corpus));
      kept.vectors = await vectors(corpus);
      return kept.vectors;
    },
    partsFolder: (corpus, inputs) => {
      kept.parts = partsFolder(truthFolder(corpus), inputs);
      return kept.parts;
    },
    ...(carryOut === null ? {} : { carryOut }),
    progress,
    signal: io.signal,
  });
  progress.end();
  const out = result.corpus === null ? null : truthFolder(result.corpus);
  const stored = out !== null && (await store(result, config.k, out, kept)) ? out : null;
  return { result, stored };
}

/** Folders that a killed command would go on from, and what keeps them from other processes. */
interface Kept {
  vectors: CommandVectors | null;
  parts: string | null;
  lock: TruthLock | null;
}

/** Stores a truth and clears what was kept for it. @returns false where there is none */
async function store(
  { corpus, vectors, documentKeys, queryIds, lists, space, queryVectors, lint }: CorpusTruth,
  k: number,
  out: string,
  kept: Kept,
): Promise<boolean> {
  const computed = kept.vectors?.computedHere === true ? kept.vectors.folder : null;
  if (
    corpus === null ||
    vectors === null ||
    lists === null ||
    space === null ||
    queryVectors === null
  ) {
    if (computed !== null) await rm(computed, { recursive: true, force: true });
    return false;
  }
  await storeTruth(out, {
    k,
    queryIds,
    documentKeys,
    lists,
    space,
    queries: queryVectors,
    facts: {
      corpus: corpus.name,
      hashes: corpus.hashes,
      vectors: vectors.source,
      attainable: lint.attainable,
      lint: lint.findings,
    },
  });
  await clearUnfinished(out, { parts: kept.parts, vectors: computed });
  return true;
}
