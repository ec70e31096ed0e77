import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { DEFAULTS } from '../../src/config/defaults.ts';
import type { Config } from '../../src/config/resolve.ts';
import { requireTexts } from '../../src/corpus/texts.ts';
import type { Corpus } from '../../src/corpus/types.ts';
import { loadEncoder } from '../../src/embed/encoder.ts';
import { UsageError } from '../../src/errors.ts';
import { openStoredVectors, type StoredVectors } from '../../src/record/vectors/stored-vectors.ts';
import { VECTORS_FOLDER } from '../../src/record/vectors/vector-index.ts';
import {
  backendSource,
  embedLocally,
  embedRemotely,
  encoderSource,
} from '../../src/truth/corpus/corpus-vectors.ts';
import { embeddedVectors } from '../../src/truth/corpus/unfinished.ts';
import type { Dialect } from '../../src/wire/dialect.ts';
import { http } from '../../src/wire/http/http-backend.ts';
import { dialectNamed, dialectNames } from '../../src/wire/registry.ts';
import type { Io } from '../io.ts';
import type { OpenQueue } from '../queue/queue-options.ts';
import type { EndableProgress } from '../terminal-progress.ts';

/** Flags that say where the vectors of a corpus come from. */
export interface VectorFlags {
  readonly encoder?: string;
  readonly backend?: string;
  readonly dialect?: string;
}

/** Adds the flags that say where the vectors of a corpus come from. */
export function addVectorOptions(command: Command): Command {
  return command
    .option('--encoder <folder>', 'embed with this local encoder')
    .option('--backend <url>', 'embed through this backend')
    .option('--dialect <name>', `${dialectNames().join(' or ')}, for --backend`)
    .option('--model <name>', 'model the backend is asked to embed with');
}

/** Vectors of a corpus, and whether they were computed here. */
export interface CommandVectors extends StoredVectors {
  readonly computedHere: boolean;
}

/**
 * Where the vectors come from: what the flags name, else what is stored with the corpus, else the encoder.
 *
 * @param truthFolder where vectors that are computed here are kept
 * @param hold keeps that folder from other processes, before anything is computed there
 * @param queue whose workers embed what the encoder would; null: this process does
 */
export function vectorsFrom({
  flags,
  config,
  io,
  progress,
  truthFolder,
  hold,
  queue = null,
}: {
  readonly flags: VectorFlags;
  readonly config: Config;
  readonly io: Io;
  readonly progress: EndableProgress;
  readonly truthFolder: (corpus: Corpus) => string;
  readonly hold: (folder: string) => Promise<void>;
  readonly queue?: OpenQueue | null;
}): (corpus: Corpus) => Promise<CommandVectors> {
  if (flags.encoder !== undefined && flags.backend !== undefined) {
    throw new UsageError('usage-vectors', '--encoder and --backend exclude one another', {
      hint: 'choose who embeds the texts',
    });
  }
  const dialect = dialectOf(flags);
  const { signal } = io;
  return async (corpus) => {
    const kept = async (source: string, embed: Parameters<typeof embeddedVectors>[3]) => {
      const folder = truthFolder(corpus);
      await hold(folder);
      const vectors = await embeddedVectors(folder, corpus, source, embed);
      if (vectors.embeddedBefore) progress.note(`embedded before: ${vectors.folder} is used`);
      return { ...vectors, computedHere: true };
    };
    if (flags.backend !== undefined) {
      requireTexts(corpus, 'embedded');
      const backend = http({ url: flags.backend, dialect, timeouts: config.timeouts });
      const { model } = config;
      try {
        return await kept(backendSource(backend, model), (writer) =>
          embedRemotely(corpus, backend, writer, { model, signal, progress }),
        );
      } finally {
        await backend.close();
      }
    }
    if (flags.encoder === undefined) {
      const stored = await openStoredVectors(join(corpus.folder, VECTORS_FOLDER));
      if (stored !== null) return { ...stored, computedHere: false };
    }
    requireTexts(corpus, 'embedded');
    const chosen = flags.encoder === undefined ? config.encoder : resolve(io.cwd, flags.encoder);
    const encoder = await loadEncoder(chosen);
    try {
      return await kept(encoderSource(encoder), async (writer) => {
        if (queue === null) return embedLocally(corpus, encoder, writer, { progress, signal });
        const { embedOnQueue } = await import('../../src/queue/embed/embed-corpus.ts');
        return embedOnQueue(corpus, encoder, writer, { ...queue, progress, signal });
      });
    } finally {
      await encoder.close();
    }
  };
}

function dialectOf(flags: VectorFlags): Dialect {
  const { dialect = DEFAULTS.incumbent.dialect } = flags;
  if (flags.dialect !== undefined && flags.backend === undefined) {
    throw new UsageError('usage-dialect', '--dialect needs --backend', {
      hint: 'name the backend that embeds: --backend URL',
    });
  }
  return dialectNamed(dialect);
}
