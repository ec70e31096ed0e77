import { join, resolve as resolvePath } from 'node:path';
import type { CorpusMetric } from '../corpus/types.ts';
import { UsageError } from '../errors.ts';
import { DEFAULTS, QUICK } from './defaults.ts';
import { loadConfigFile } from './load-file.ts';
import { packageRoot } from './package-root.ts';
import type { GatesConfig, UserConfig } from './schema.ts';
import { isNamed, type ResolvedBackend, resolveSide } from './side.ts';
import { switchedOn } from './switched-on.ts';
import { validateConfig } from './validate.ts';

/** What the lists of both sides are held against. */
export type TruthKind = 'exact' | 'judgments' | 'stored';

/** What was declared of the incumbent's search; null where the corpus and its embed route say it. */
export interface SearchUses {
  readonly metric: CorpusMetric | null;
  readonly queryPrefix: string | null;
  readonly embedder: string | null;
}

const NOT_DECLARED: SearchUses = { metric: null, queryPrefix: null, embedder: null };

/** A configuration with every value decided. */
export interface Config {
  readonly incumbent: ResolvedBackend;
  readonly candidate: ResolvedBackend;
  /** All candidates where there are several, `candidate` first; absent where there is one. */
  readonly candidates?: readonly ResolvedBackend[];
  readonly corpus: string;
  readonly encoder: string;
  /** Name of an embedder that both sides share; null where each embeds for itself. */
  readonly embed: string | null;
  readonly ingest: 'never' | 'if-empty' | 'always';
  readonly force: boolean;
  /** Absent: the candidate is built once. */
  readonly rebuild?: number;
  /** Absent: each side is asked as it is. */
  readonly equalRecall?: number | 'incumbent';
  readonly model: string | null;
  /** What the lists are held against. */
  readonly truth: TruthKind;
  /** What the incumbent's search uses, as far as it was declared. */
  readonly searchUses: SearchUses;
  readonly k: number;
  readonly operations: readonly ('search' | 'retrieve')[];
  readonly seed: number;
  readonly runs: string;
  /** Whether more than one look at the question is to be possible. */
  readonly looks: 'one' | 'many';
  /** Name of the build under test; null where none is given. */
  readonly build: string | null;
  readonly quick: boolean;
  readonly gates: GatesConfig;
  readonly quality: {
    readonly maxNeeds: number | null;
    readonly maxCensusDocuments?: number;
    readonly concurrency: number;
    readonly sequential: boolean;
  };
  readonly latency: {
    readonly blockPairs: number;
    readonly requestsPerBlock: number;
    readonly discardedPerBlock: number;
  };
  readonly throughput: {
    readonly concurrency: number;
    readonly requestsPerSlice: number;
    readonly slices: number;
  };
  readonly timeouts: { readonly connectMs: number; readonly requestMs: number };
  readonly drift: {
    readonly expected: NonNullable<NonNullable<UserConfig['drift']>['expected']>;
    readonly ignoreHeaders: readonly string[];
  };
}

/** Where each value came from: dotted key → `default`, `--quick`, a file's path, an environment variable or a flag. */
export type Origins = ReadonlyMap<string, string>;

/** What a command hands in. */
export interface ConfigSources {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Default: the `bench.config.*` of the folder; null: no file. */
  readonly configPath?: string | null | undefined;
  readonly quick?: boolean | undefined;
  /** Whether one side may be named without the other, for what asks one alone. */
  readonly oneSide?: boolean | undefined;
  /** Values given as flags, as a partial configuration; `origin` of each is the flag's name. */
  readonly flags?: readonly { readonly origin: string; readonly value: UserConfig }[];
}

/**
 * Resolves the configuration once: flags over `--quick` over environment over file over defaults.
 * @throws UsageError for unknown keys, wrong values, and one URL without the other.
 */
export async function resolveConfig(
  sources: ConfigSources,
): Promise<{ config: Config; origins: Origins }> {
  const root = packageRoot();
  const layers: { origin: string; value: UserConfig }[] = [
    {
      origin: 'default',
      value: {
        ...DEFAULTS,
        corpus: join(root, 'corpora', 'workers-200'),
        encoder: join(root, 'corpora', 'encoder'),
      },
    },
  ];
  const { cwd, configPath } = sources;
  const file = configPath === null ? null : await loadConfigFile(cwd, configPath);
  if (file !== null)
    layers.push({ origin: file.path, value: validateConfig(file.value, file.path) });
  layers.push(...environmentLayers(sources.env));
  if (sources.quick === true) layers.push({ origin: '--quick', value: QUICK });
  for (const flag of sources.flags ?? []) {
    layers.push({ origin: flag.origin, value: validateConfig(flag.value, flag.origin) });
  }

  const origins = new Map<string, string>();
  const merged: Record<string, unknown> = {};
  for (const layer of layers) merge(merged, layer.value, layer.origin, '', origins);
  const value = merged as UserConfig;

  const incumbent = resolveSide(value.incumbent, DEFAULTS.incumbent.dialect, sources.cwd);
  const candidates = [value.candidate, ...(value.candidates ?? [])]
    .map((side) => resolveSide(side, DEFAULTS.candidate.dialect, sources.cwd))
    .filter(isNamed);
  const candidate =
    candidates[0] ?? resolveSide(value.candidate, DEFAULTS.candidate.dialect, sources.cwd);
  if (sources.oneSide !== true && isNamed(incumbent) !== isNamed(candidate)) {
    const missing = isNamed(candidate) ? 'incumbent' : 'candidate';
    const variable = missing === 'incumbent' ? 'RUST_LAKEHOUSE_URL' : 'GO_LAKEHOUSE_URL';
    throw new UsageError('one-url', `the ${missing} has no URL, while the other side has one`, {
      hint: `give --${missing} URL, or set ${missing}.url or ${variable}; with neither side named the embedded pair is started`,
    });
  }
  return {
    origins,
    config: {
      incumbent,
      candidate,
      ...(candidates.length < 2 ? {} : { candidates }),
      corpus: resolvePath(sources.cwd, value.corpus ?? ''),
      encoder: resolvePath(sources.cwd, value.encoder ?? ''),
      embed: value.embed ?? null,
      ingest: value.ingest ?? DEFAULTS.ingest,
      force: value.force ?? DEFAULTS.force,
      ...(value.rebuild === undefined ? {} : { rebuild: value.rebuild }),
      ...(value.equalRecall === undefined ? {} : { equalRecall: value.equalRecall }),
      model: value.model ?? null,
      truth: value.truth ?? DEFAULTS.truth,
      searchUses: { ...NOT_DECLARED, ...defined(value.searchUses) },
      k: value.k ?? DEFAULTS.k,
      operations: [...new Set(value.operations ?? DEFAULTS.operations)],
      seed: value.seed ?? DEFAULTS.seed,
      runs: resolvePath(sources.cwd, value.runs ?? DEFAULTS.runs),
      looks: value.looks ?? DEFAULTS.looks,
      build: value.build ?? null,
      quick: sources.quick === true,
      gates: switchedOn(value.gates ?? {}),
      quality: { maxNeeds: null, ...DEFAULTS.quality, ...defined(value.quality) },
      latency: { ...DEFAULTS.latency, ...defined(value.latency) },
      throughput: { ...DEFAULTS.throughput, ...defined(value.throughput) },
      timeouts: { ...DEFAULTS.timeouts, ...defined(value.timeouts) },
      drift: {
        expected: value.drift?.expected ?? [],
        ignoreHeaders: value.drift?.ignoreHeaders ?? [],
      },
    },
  };
}

/**
 * A configuration from a value alone, over the defaults: neither a file nor the environment is read.
 * @param cwd folder that relative paths in the value are relative to
 * @throws UsageError for unknown keys, wrong values, and one side without the other.
 */
export async function configFrom(
  value: UserConfig,
  cwd: string = process.cwd(),
): Promise<{ config: Config; origins: Origins }> {
  return resolveConfig({ cwd, env: {}, configPath: null, flags: [{ origin: 'given', value }] });
}

function environmentLayers(
  env: Readonly<Record<string, string | undefined>>,
): { origin: string; value: UserConfig }[] {
  const layers: { origin: string; value: UserConfig }[] = [];
  const add = (name: string, toValue: (text: string) => UserConfig): void => {
    const text = env[name];
    if (text !== undefined && text !== '') layers.push({ origin: name, value: toValue(text) });
  };
  add('RUST_LAKEHOUSE_URL', (url) => ({ incumbent: { url } }));
  add('GO_LAKEHOUSE_URL', (url) => ({ candidate: { url } }));
  add('MODEL', (model) => ({ model }));
  return layers;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !('fingerprint' in value)
  );
}

function merge(
  into: Record<string, unknown>,
  from: object,
  origin: string,
  prefix: string,
  origins: Map<string, string>,
): void {
  for (const [key, value] of Object.entries(from)) {
    if (value === undefined) continue;
    const path = `${prefix}${key}`;
    if (isPlain(value)) {
      const existing = into[key];
      const target: Record<string, unknown> = isPlain(existing) ? existing : {};
      into[key] = target;
      merge(target, value, origin, `${path}.`, origins);
    } else {
      into[key] = value;
      origins.set(path, origin);
    }
  }
}

/** Leaves out keys whose value is undefined, so that a spread does not overwrite a default with nothing. */
function defined<Value extends object>(
  value: Value | undefined,
): { [Key in keyof Value]: Exclude<Value[Key], undefined> } {
  return Object.fromEntries(
    Object.entries(value ?? {}).filter(([, entry]) => entry !== undefined),
  ) as { [Key in keyof Value]: Exclude<Value[Key], undefined> };
}
