import { resolve } from 'node:path';
import { DEFAULTS } from '../../src/config/defaults.ts';
import { loadCorpus } from '../../src/corpus/load.ts';
import { EXIT, UsageError } from '../../src/errors.ts';
import { writeNewFile } from '../../src/record/files/new-file.ts';
import type { DefineCommand } from '../command.ts';
import type { Io } from '../io.ts';
import { programOf } from '../screen-options.ts';
import { type ConfigAnswers, commonOperations, configModule } from './config-text.ts';
import { probeSide } from './probe-side.ts';

interface InitFlags {
  readonly incumbent?: string;
  readonly candidate?: string;
  readonly corpus?: string;
  readonly k: string;
  readonly out: string;
  readonly yes?: boolean;
}

/** `bench init`: asks for two backends and a corpus, probes them and writes a configuration. */
export const initCommand: DefineCommand = (command, io, done) => {
  command
    .option('--incumbent <url>', 'backend in use, e.g. http://127.0.0.1:3100 or pgvector://…')
    .option('--candidate <url>', 'backend that may replace it')
    .option('--corpus <folder>', 'what is searched (default: the 200 workers of the package)')
    .option('-k, --k <n>', 'depth of the lists, in documents', String(DEFAULTS.k))
    .option('-o, --out <file>', 'where to; nothing is overwritten', 'bench.config.ts')
    .option('-y, --yes', 'ask nothing: what no flag says is as in the embedded pair')
    .action(async (flags: InitFlags) => {
      const answers = await answersOf(await completed(flags, io), io);
      const file = resolve(io.cwd, flags.out);
      const written = await writeNewFile(file, configModule(answers));
      if (written !== file) io.stderr(`bench: ${flags.out} is there already\n`);
      io.stdout(`${written}\n`);
      io.stderr(`bench: next: ${programOf(io)} retrieve -q\n`);
      done(EXIT.pass);
    });
};

/** The flags, and what was asked for where somebody can answer. */
async function completed(flags: InitFlags, io: Io): Promise<InitFlags> {
  const { ask } = io;
  if (flags.yes === true || ask === undefined) return flags;
  const orAsk = async (given: string | undefined, question: string) =>
    given ?? ((await ask(`${question}: `)).trim() || undefined);
  const incumbent = await orAsk(
    flags.incumbent,
    'URL of the backend in use (empty: the embedded pair)',
  );
  const candidate =
    incumbent === undefined
      ? flags.candidate
      : await orAsk(flags.candidate, 'URL of the backend that may replace it');
  const corpus = await orAsk(flags.corpus, 'Folder of the corpus (empty: the 200 workers)');
  return {
    ...flags,
    ...(incumbent === undefined ? {} : { incumbent }),
    ...(candidate === undefined ? {} : { candidate }),
    ...(corpus === undefined ? {} : { corpus }),
  };
}

/** @throws UsageError and InfrastructureError for what cannot be used. */
async function answersOf(flags: InitFlags, io: Io): Promise<ConfigAnswers> {
  const { incumbent, candidate, corpus = null } = flags;
  const k = Number(flags.k);
  if (!Number.isInteger(k) || k < 1) {
    throw new UsageError('init-k', `-k ${flags.k}: expected a whole number from 1`, {
      hint: 'for example -k 10',
    });
  }
  if ((incumbent === undefined) !== (candidate === undefined)) {
    throw new UsageError('init-sides', 'one backend is named, and not the other', {
      hint: 'give --incumbent and --candidate, or neither for the embedded pair',
    });
  }
  if (corpus !== null) await loadCorpus(resolve(io.cwd, corpus));
  if (incumbent === undefined || candidate === undefined) return { sides: null, corpus, k };
  const probe = async (side: 'incumbent' | 'candidate', url: string) => {
    const found = await probeSide(side, url, io.cwd, io.signal);
    const what = [...found.operations, ...(found.embeds ? ['embed'] : [])].join(', ');
    io.stderr(`bench: ${side} ${url}: ${found.dialect ?? found.about}: ${what}\n`);
    return found;
  };
  const answers: ConfigAnswers = {
    sides: {
      incumbent: await probe('incumbent', incumbent),
      candidate: await probe('candidate', candidate),
    },
    corpus,
    k,
  };
  if (commonOperations(answers).length > 0) return answers;
  throw new UsageError('init-operations', 'the two backends have no operation in common', {
    hint: 'each needs search or retrieve',
  });
}
