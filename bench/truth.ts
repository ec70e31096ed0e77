import { join, resolve } from 'node:path';
import type { Config } from '../src/config/resolve.ts';
import type { ImportMetric } from '../src/corpus/import/types.ts';
import { readManifest } from '../src/corpus/manifest.ts';
import type { Corpus } from '../src/corpus/types.ts';
import {
  type CorpusTruth,
  corpusTruth,
  type HashedVectors,
  isBroken,
} from '../src/derive/corpora/corpus-truth.ts';
import {
  checkVectorIds,
  embedLocally,
  embedRemotely,
} from '../src/derive/corpora/corpus-vectors.ts';
import { storeTruth } from '../src/derive/corpora/store-truth.ts';
import {
  readStoredVectors,
  VECTORS_FOLDER,
  VectorWriter,
} from '../src/derive/corpora/stored-vectors.ts';
import { loadEncoder } from '../src/embed/encoder.ts';
import { EXIT, type ExitCode, UsageError } from '../src/errors.ts';
import type { Dialect } from '../src/wire/dialect.ts';
import { connectBackend } from '../src/wire/http/connect-backend.ts';
import { goLakehouse } from '../src/wire/lakehouse/go-lakehouse.ts';
import { rustLakehouse } from '../src/wire/lakehouse/rust-lakehouse.ts';
import type { RegisterCommand } from './command.ts';
import { configOf } from './config-options.ts';
import type { Io } from './io.ts';
import { type EndableProgress, terminalProgress } from './terminal-progress.ts';
import { truthReport } from './truth-report.ts';

interface TruthFlags {
  readonly config?: string;
  readonly k?: string;
  readonly out?: string;
  readonly encoder?: string;
  readonly backend?: string;
  readonly dialect?: string;
  readonly model?: string;
  readonly metric?: string;
  readonly json?: boolean;
}

/** `bench truth [CORPUS]`: lints a corpus, computes its exact nearest documents and stores them. */
export const truthCommand: RegisterCommand = (program, io, done) => {
  program
    .command('truth')
    .description('lint a corpus, compute and store its exact nearest documents, check given ones')
    .argument('[corpus]', 'a corpus folder (default: that of the configuration)')
    .option('--config <file>', 'configuration file (default: bench.config.* of this folder)')
    .option('--k <n>', 'neighbours a query')
    .option('--out <folder>', 'where to (default: truth/<name of the corpus>)')
    .option('--encoder <folder>', 'embed with this local encoder')
    .option('--backend <url>', 'embed through this backend')
    .option('--dialect <name>', 'rust-lakehouse or go-lakehouse, for --backend')
    .option('--model <name>', 'model the backend is asked to embed with')
    .option('--metric <metric>', 'of a ground truth given: cosine, euclidean or dot')
    .option('--json', 'print the report as JSON')
    .action(async (folder: string | undefined, flags: TruthFlags) => {
      const progress = terminalProgress(io);
      try {
        done(await runTruth(folder, flags, io, progress));
      } catch (error) {
        if (!io.signal.aborted || error instanceof UsageError) throw error;
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
  const { config } = await configOf(
    {
      set: [],
      ...(flags.config === undefined ? {} : { config: flags.config }),
      ...(named === undefined ? {} : { corpus: named }),
      ...(flags.k === undefined ? {} : { k: flags.k }),
      ...(flags.model === undefined ? {} : { model: flags.model }),
    },
    io,
  );
  const folder = config.corpus;
  const metric = metricOf(flags.metric);
  const vectors = vectorsFrom(flags, config, io, progress);
  const result = await corpusTruth({
    folder,
    k: config.k,
    vectors,
    metric,
    signal: io.signal,
  });
  progress.end();
  const out = await store(result, config, flags, io);
  io.stdout(
    flags.json === true
      ? `${JSON.stringify({ lint: result.lint, given: result.given, out })}\n`
      : truthReport(result, config.k),
  );
  if (out !== null) io.stderr(`bench: truth in ${out}\n`);
  if (isBroken(result.lint)) {
    io.stderr('bench: the linter found errors: no truth was stored\n');
    return EXIT.infrastructure;
  }
  const differing = result.given?.differences.length ?? 0;
  if (differing === 0) return EXIT.pass;
  io.stderr(`bench: the ground truth given disagrees on ${differing} queries\n`);
  return EXIT.fail;
}

async function store(
  { corpus, vectors, truth, lint }: CorpusTruth,
  config: Config,
  flags: TruthFlags,
  io: Io,
): Promise<string | null> {
  if (corpus === null || vectors === null || truth === null) return null;
  const out = resolve(io.cwd, flags.out ?? join('truth', safeName(corpus.name)));
  const embedded = flags.encoder !== undefined || flags.backend !== undefined;
  if (embedded) {
    const writer = new VectorWriter(join(out, VECTORS_FOLDER));
    for (const role of ['documents', 'queries'] as const) {
      const { ids, dimension, values } = vectors[role];
      await writer.add(role, ids, dimension, values);
    }
    await writer.end(vectors.source);
  }
  await storeTruth(out, {
    k: config.k,
    queryIds: vectors.queries.ids,
    documentKeys: vectors.documents.ids,
    lists: truth.lists,
    facts: {
      corpus: corpus.name,
      hashes: corpus.hashes,
      vectors: vectors.source,
      attainable: lint.attainable,
      lint: lint.findings,
    },
  });
  return out;
}

/** Where the vectors come from: what the flags name, else what is stored with the corpus, else the encoder. */
function vectorsFrom(
  flags: TruthFlags,
  config: Config,
  io: Io,
  progress: EndableProgress,
): (corpus: Corpus) => Promise<HashedVectors> {
  if (flags.encoder !== undefined && flags.backend !== undefined) {
    throw new UsageError('usage-vectors', '--encoder and --backend exclude one another', {
      hint: 'choose who embeds the texts',
    });
  }
  const dialect = dialectOf(flags);
  return async (corpus) => {
    if (flags.backend !== undefined) {
      await requireTexts(corpus);
      const backend = connectBackend({ url: flags.backend, dialect, timeouts: config.timeouts });
      try {
        const { model } = config;
        return await embedRemotely(corpus, backend, { model, signal: io.signal, progress });
      } finally {
        await backend.close();
      }
    }
    if (flags.encoder === undefined) {
      const folder = join(corpus.folder, VECTORS_FOLDER);
      const stored = await readStoredVectors(folder);
      if (stored !== null) {
        checkVectorIds(corpus, stored, folder);
        return stored;
      }
    }
    await requireTexts(corpus);
    const chosen = flags.encoder === undefined ? config.encoder : resolve(io.cwd, flags.encoder);
    const encoder = await loadEncoder(chosen);
    try {
      return await embedLocally(corpus, encoder, progress, io.signal);
    } finally {
      await encoder.close();
    }
  };
}

/** @throws UsageError for a corpus of vectors alone: its texts are stand-ins */
async function requireTexts(corpus: Corpus): Promise<void> {
  const { generator } = await readManifest(corpus.folder);
  if (generator?.texts !== 'none') return;
  throw new UsageError('corpus-no-texts', `${corpus.folder}: was imported without texts`, {
    hint: 'only its own vectors can be used: leave out --encoder and --backend',
  });
}

function dialectOf(flags: TruthFlags): Dialect {
  const { dialect = 'rust-lakehouse' } = flags;
  if (flags.dialect !== undefined && flags.backend === undefined) {
    throw new UsageError('usage-dialect', '--dialect needs --backend', {
      hint: 'name the backend that embeds: --backend URL',
    });
  }
  if (dialect === 'rust-lakehouse') return rustLakehouse();
  if (dialect === 'go-lakehouse') return goLakehouse();
  throw new UsageError('usage-dialect', `--dialect: ${JSON.stringify(dialect)} is not known`, {
    hint: 'rust-lakehouse or go-lakehouse',
  });
}

function metricOf(name: string | undefined): ImportMetric | null {
  if (name === undefined) return null;
  if (name === 'cosine' || name === 'euclidean' || name === 'dot') return name;
  throw new UsageError('usage-metric', `--metric: ${JSON.stringify(name)} is not known`, {
    hint: 'cosine, euclidean or dot',
  });
}

/** A corpus may be named anything; a folder may not. */
function safeName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^\.+/, '') || 'corpus';
}
