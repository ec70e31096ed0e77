import type { Config } from '../../src/config/resolve.ts';
import { keysOf } from '../../src/corpus/document-key.ts';
import { loadCorpus } from '../../src/corpus/load.ts';
import type { Corpus } from '../../src/corpus/types.ts';
import type { VectorTable } from '../../src/record/types.ts';
import { readWholeTable, type StoredVectors } from '../../src/record/vectors/stored-vectors.ts';
import { idChecker } from '../../src/truth/corpus/corpus-vectors.ts';
import { lockTruth, type TruthLock } from '../../src/truth/corpus/truth-lock.ts';
import { configOf } from '../config-options.ts';
import type { Io } from '../io.ts';
import type { EndableProgress } from '../terminal-progress.ts';
import { truthFolderOf } from './truth-folder.ts';
import { type VectorFlags, vectorsFrom } from './truth-vectors.ts';

/** Flags of a command that works on a corpus and its vectors. */
export interface CorpusVectorFlags extends VectorFlags {
  readonly config?: string;
  readonly k?: string;
  readonly model?: string;
}

/** A corpus with all of its vectors in memory. */
export interface CorpusWithVectors {
  readonly config: Config;
  readonly corpus: Corpus;
  /** What made the vectors. */
  readonly source: string;
  readonly documents: VectorTable;
  readonly queries: VectorTable;
}

/** The configuration that the flags of a command and its corpus argument give. @throws UsageError as `configOf` */
export async function corpusConfig(
  named: string | undefined,
  { config, k, model }: CorpusVectorFlags,
  io: Io,
): Promise<Config> {
  const given = {
    ...(config === undefined ? {} : { config }),
    ...(named === undefined ? {} : { corpus: named }),
    ...(k === undefined ? {} : { k }),
    ...(model === undefined ? {} : { model }),
  };
  return (await configOf(given, io)).config;
}

/**
 * Reads a corpus and its vectors, stored or embedded now, and checks that each row is of the document or query that
 * the corpus has there.
 * @throws UsageError for a corpus or vectors that cannot be used.
 */
export async function corpusWithVectors(
  named: string | undefined,
  flags: CorpusVectorFlags,
  io: Io,
  progress: EndableProgress,
): Promise<CorpusWithVectors> {
  const config = await corpusConfig(named, flags, io);
  const corpus = await loadCorpus(config.corpus);
  let lock: TruthLock | null = null;
  const given = vectorsFrom({
    ...{ flags, config, io, progress },
    truthFolder: (one) => truthFolderOf(one, undefined, io),
    hold: async (folder) => {
      lock = await lockTruth(folder);
    },
  });
  try {
    return await readWhole(config, corpus, await given(corpus));
  } finally {
    await (lock as TruthLock | null)?.release();
  }
}

async function readWhole(
  config: Config,
  corpus: Corpus,
  stored: StoredVectors,
): Promise<CorpusWithVectors> {
  const documents = await readWholeTable(stored.documents);
  const queries = await readWholeTable(stored.queries);
  const queryIds = corpus.queries.map(({ id }) => id);
  for (const [wanted, { ids }, what] of [
    [keysOf(corpus.collections), documents, 'document'],
    [queryIds, queries, 'query'],
  ] as const) {
    const checker = idChecker(wanted, what, stored.folder);
    checker.take(ids);
    checker.end();
  }
  return { config, corpus, source: stored.source, documents, queries };
}
