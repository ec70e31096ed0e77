import type { Command } from 'commander';
import { DEFAULTS } from '../src/config/defaults.ts';
import { type Config, type Origins, resolveConfig } from '../src/config/resolve.ts';
import type { UserConfig } from '../src/config/schema.ts';
import { UsageError } from '../src/errors.ts';
import type { Io } from './io.ts';

/** The flags that every measuring command shares. */
export interface ConfigFlags {
  readonly config?: string;
  readonly quick?: boolean;
  readonly corpus?: string;
  readonly model?: string;
  readonly k?: string;
  readonly seed?: string;
  readonly incumbent?: string;
  readonly candidate?: string;
  readonly embed?: string;
  readonly ingest?: string;
  readonly force?: boolean;
  readonly equalRecall?: string;
  readonly rebuild?: string;
  readonly also?: readonly string[];
  readonly incumbentUrl?: string;
  readonly candidateUrl?: string;
  readonly runs?: string;
  readonly sequential?: boolean;
  readonly set?: readonly string[];
}

/** Adds the shared flags to a command, in groups; what is added afterwards stands under `Options:`. */
export function addConfigOptions(command: Command): Command {
  command
    .optionsGroup('Backends and corpus:')
    .option('--incumbent <url>', 'backend in use, e.g. pgvector://user@host/db?table=workers')
    .option('--candidate <url>', 'backend that may replace it')
    .option('--incumbent-url <url>', 'the incumbent, in place of RUST_LAKEHOUSE_URL')
    .option('--candidate-url <url>', 'the candidate, in place of GO_LAKEHOUSE_URL')
    .option('--corpus <folder>', 'what is searched (default: the 200 workers of the package)')
    .option(
      '--embed <embedder>',
      'embeds for both: onnx, onnx:FOLDER, corpus (its own vectors), or a URL (default: each side its own)',
    )
    .option('--model <name>', 'model both sides are asked to embed with (default: their own)')
    .optionsGroup('What is asked:')
    .option('-k, --k <n>', `depth of the lists, in documents (default: ${DEFAULTS.k})`)
    .option('-q, --quick', 'ask fewer queries, for a first look')
    .option('--seed <n>', `order of the requests (default: ${DEFAULTS.seed})`);
  return addJudgeOptions(command)
    .optionsGroup('Configuration:')
    .option('--runs <folder>', `where run folders are written (default: ${DEFAULTS.runs})`)
    .optionsGroup('Options:');
}

/** Adds the flags of commands that judge what is stored: a configuration, and keys of it. */
export function addJudgeOptions(command: Command): Command {
  return command
    .optionsGroup('Configuration:')
    .option('-c, --config <file>', 'configuration file (default: bench.config.* of this folder)')
    .option(
      '--set <key=value>',
      'any key of it, e.g. gates.recall.margin=0.01; may be repeated',
      collected,
    )
    .optionsGroup('Options:');
}

/**
 * Refuses keys that a command which judges stored runs could only ignore.
 * @throws UsageError that names the key.
 */
export function requireGateKeys(flags: ConfigFlags): void {
  const other = setKeyBeyond(flags, /^gates(\.|$)/);
  if (other === null) return;
  throw new UsageError('stored-key', `--set ${other}: a stored run is judged by gates alone`, {
    hint: 'its queries and its depth were settled when it was measured',
  });
}

/** The first key of `--set` that is none of those wanted; null where all are. */
export function setKeyBeyond({ set = [] }: ConfigFlags, wanted: RegExp): string | null {
  return set.map((text) => keyAndText(text)[0]).find((key) => !wanted.test(key)) ?? null;
}

/** Reads a flag that may be given several times; its list is undefined where it was not given. */
export function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Resolves the configuration of a command line; with `oneSide` one side may be named alone. */
export async function configOf(
  flags: ConfigFlags,
  io: Io,
  { oneSide = false }: { readonly oneSide?: boolean } = {},
): Promise<{ config: Config; origins: Origins }> {
  for (const name of NOT_EMPTY) requireText(name, flags[name]);
  for (const url of flags.also ?? []) requireText('also', url);
  return resolveConfig({
    cwd: io.cwd,
    env: io.env,
    configPath: flags.config,
    quick: flags.quick,
    oneSide,
    flags: flagLayers(flags),
  });
}

/** Flags of which an empty one would quietly mean another backend, or this folder. */
const NOT_EMPTY = [
  ...(['incumbent', 'candidate', 'incumbentUrl', 'candidateUrl'] as const),
  ...(['corpus', 'embed', 'runs', 'config'] as const),
];

function requireText(name: string, given: string | undefined): void {
  if (given === undefined || given.trim() !== '') return;
  const flag = `--${name.replace('Url', '-url')}`;
  throw new UsageError('flag-empty', `${flag}: nothing is given`, {
    hint: `is a variable not set? leave ${flag} out for what it is by default`,
  });
}

function flagLayers(flags: ConfigFlags): { origin: string; value: UserConfig }[] {
  const layers: { origin: string; value: UserConfig }[] = [];
  const add = (origin: string, value: UserConfig | undefined): void => {
    if (value !== undefined) layers.push({ origin, value });
  };
  add('--corpus', flags.corpus === undefined ? undefined : { corpus: flags.corpus });
  add('--model', flags.model === undefined ? undefined : { model: flags.model });
  add('--k', flags.k === undefined ? undefined : { k: number('--k', flags.k) });
  add('--seed', flags.seed === undefined ? undefined : { seed: number('--seed', flags.seed) });
  add('--sequential', flags.sequential === true ? { quality: { sequential: true } } : undefined);
  add('--runs', flags.runs === undefined ? undefined : { runs: flags.runs });
  add('--embed', flags.embed === undefined ? undefined : { embed: flags.embed });
  add(
    '--ingest',
    flags.ingest === undefined ? undefined : ({ ingest: flags.ingest } as UserConfig),
  );
  add(
    '--rebuild',
    flags.rebuild === undefined ? undefined : { rebuild: number('--rebuild', flags.rebuild) },
  );
  add(
    '--also',
    flags.also === undefined ? undefined : { candidates: flags.also.map((url) => ({ url })) },
  );
  add('--equal-recall', equalRecall(flags.equalRecall));
  add('--force', flags.force === true ? { force: true } : undefined);
  for (const side of ['incumbent', 'candidate'] as const) {
    const url = flags[side];
    add(`--${side}`, url === undefined ? undefined : { [side]: { url } });
  }
  add(
    '--incumbent-url',
    flags.incumbentUrl === undefined ? undefined : { incumbent: { url: flags.incumbentUrl } },
  );
  add(
    '--candidate-url',
    flags.candidateUrl === undefined ? undefined : { candidate: { url: flags.candidateUrl } },
  );
  for (const text of flags.set ?? []) add(`--set ${keyAndText(text)[0]}`, keyValue(text));
  return layers;
}

function equalRecall(text: string | undefined): UserConfig | undefined {
  if (text === undefined) return undefined;
  return { equalRecall: text === 'incumbent' ? text : number('--equal-recall', text) };
}

function number(flag: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) {
    throw new UsageError('flag-number', `${flag}: ${JSON.stringify(text)} is not a number`, {
      hint: `for example ${flag} 10`,
    });
  }
  return value;
}

/** `a.b.c=1` as `{ a: { b: { c: 1 } } }`; values are JSON where they parse as such, text otherwise. */
function keyValue(text: string): UserConfig {
  const [key, written] = keyAndText(text);
  let value: unknown = written;
  try {
    value = JSON.parse(written);
  } catch {
    // Not JSON: the text itself is the value.
  }
  return key
    .split('.')
    .reduceRight<unknown>((inner, part) => ({ [part]: inner }), value) as UserConfig;
}

/** What stands before and after the first equals sign. */
function keyAndText(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  const key = text.slice(0, Math.max(0, at));
  // `incumbent.headers.authorization: Bearer abc=` has an equals sign too, and no key before it.
  if (!/^(?:gates\..+|[\w.@-]+)$/s.test(key)) {
    // What was given is not shown: it may be a header with its secret.
    throw new UsageError(
      'flag-set',
      '--set takes key=value: one of those given has no key before an "="',
      {
        hint: 'for example --set gates.recall.margin=0.01',
      },
    );
  }
  return [key, text.slice(at + 1)];
}
