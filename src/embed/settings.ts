import { basename, join } from 'node:path';
import { z } from 'zod';
import { isErrno } from '../disk/errno.ts';
import { readRegular } from '../disk/read-regular.ts';
import { UsageError } from '../errors.ts';
import { usageErrorOf } from '../schema-error.ts';

/** How token vectors become one vector: `none` where the graph itself gives one a text. */
export type Pooling = 'mean' | 'cls' | 'none';

/** Everything about a model's folder that the graph and the tokenizer do not say. */
export interface EncoderSettings {
  readonly name: string;
  /** Null where the shape of the output decides: mean over token vectors, none over text vectors. */
  readonly pooling: Pooling | null;
  readonly prefixes: { readonly query: string; readonly document: string };
  /** Whether vectors are scaled to length 1 after pooling. */
  readonly normalise: boolean;
  /** Longest input in tokens, special ones included. */
  readonly maxTokens: number;
  /** Name of the graph's output; null picks a known name. */
  readonly output: string | null;
  /** Null accepts whatever the graph gives. */
  readonly dimension: number | null;
  /** Texts a run of the graph: above 1 only for graphs whose result does not depend on their neighbours. */
  readonly batchSize: number;
  /** Files, relative to the folder, that these settings were read from. */
  readonly files: readonly string[];
}

const prefixes = z.strictObject({ query: z.string(), document: z.string() });

/** The schema of `encoder.json`; every key may be left out. */
const encoderFile = z.strictObject({
  name: z.string().min(1).optional(),
  description: z.string().optional(),
  pooling: z.enum(['mean', 'cls', 'none']).optional(),
  prefixes: prefixes.optional(),
  normalise: z.boolean().optional(),
  maxTokens: z.int().min(3).optional(),
  output: z.string().min(1).optional(),
  dimension: z.int().min(1).optional(),
  batchSize: z.int().min(1).max(1024).optional(),
});

const poolingFile = z.looseObject({
  pooling_mode_cls_token: z.boolean().optional(),
  pooling_mode_mean_tokens: z.boolean().optional(),
});
const sentenceFile = z.looseObject({ max_seq_length: z.number().nullish() });
const tokenizerFile = z.looseObject({ model_max_length: z.number().nullish() });
const modelFile = z.looseObject({
  _name_or_path: z.string().optional(),
  max_position_embeddings: z.number().nullish(),
  n_positions: z.number().nullish(),
});
const modulesFile = z.array(z.looseObject({ type: z.string() }));
const promptsFile = z.looseObject({ prompts: z.record(z.string(), z.string()).nullish() });

/** Prefixes that families of models were trained with; the first pattern that fits the model's name. */
const KNOWN_PREFIXES: readonly { name: RegExp; prefixes: EncoderSettings['prefixes'] }[] = [
  { name: /nomic-embed/i, prefixes: { query: 'search_query: ', document: 'search_document: ' } },
  { name: /\be5-(?!.*instruct)/i, prefixes: { query: 'query: ', document: 'passage: ' } },
  {
    name: /bge-.*-en/i,
    prefixes: {
      query: 'Represent this sentence for searching relevant passages: ',
      document: '',
    },
  },
];

/**
 * Reads a model folder's settings. `encoder.json` wins, key by key; what it leaves out comes from the
 * files that sentence-transformers writes: pooling from `1_Pooling/config.json`, the window from
 * `sentence_bert_config.json`, then `tokenizer_config.json`, then `config.json` (else 512), scaling to
 * length 1 from a Normalize entry in `modules.json`, prefixes from `config_sentence_transformers.json`
 * (prompts named query and document or passage), then from the model's known name.
 * @throws UsageError where one of these files is not what it should be
 */
export async function readSettings(folder: string): Promise<EncoderSettings> {
  const files: string[] = [];
  const read = async <T>(file: string, schema: z.ZodType<T>): Promise<T | null> => {
    const value = await readJson(folder, file, schema);
    if (value !== null) files.push(file);
    return value;
  };
  const own = (await read('encoder.json', encoderFile)) ?? {};
  const model = await read('config.json', modelFile);
  const pooling = await read(join('1_Pooling', 'config.json'), poolingFile);
  const sentence = await read('sentence_bert_config.json', sentenceFile);
  const tokenizer = await read('tokenizer_config.json', tokenizerFile);
  const modules = await read('modules.json', modulesFile);
  const prompts = (await read('config_sentence_transformers.json', promptsFile))?.prompts ?? null;
  const name = own.name ?? basename(folder);
  const knownName = `${name} ${model?._name_or_path ?? ''}`;
  return {
    name,
    pooling: own.pooling ?? poolingOf(pooling),
    prefixes: own.prefixes ?? promptPrefixes(prompts) ?? prefixesByName(knownName),
    normalise: own.normalise ?? modules?.some((m) => m.type.endsWith('Normalize')) ?? false,
    maxTokens:
      own.maxTokens ??
      usableLength(sentence?.max_seq_length) ??
      usableLength(tokenizer?.model_max_length) ??
      usableLength(model?.max_position_embeddings) ??
      usableLength(model?.n_positions) ??
      512,
    output: own.output ?? null,
    dimension: own.dimension ?? null,
    batchSize: own.batchSize ?? 1,
    files,
  };
}

/**
 * Reads and checks one JSON file of a model folder; null where there is none.
 * @throws UsageError where it is no JSON, or not of the schema's shape
 */
export async function readJson<T>(
  folder: string,
  file: string,
  schema: z.ZodType<T>,
): Promise<T | null> {
  const path = join(folder, file);
  let text: string;
  try {
    text = (await readRegular(path)).toString('utf8');
  } catch (cause) {
    if (isErrno(cause, 'ENOENT')) return null;
    throw new UsageError('encoder-file', `the encoder's file ${path} cannot be read`, {
      hint: 'check its permissions',
      context: { file: path },
      cause,
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UsageError('encoder-file', `the encoder's file ${path} is not JSON`, {
      hint: 'download or build the model again; a file kept by Git LFS needs git lfs pull',
      context: { file: path },
      cause,
    });
  }
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  throw usageErrorOf(checked.error, {
    code: 'encoder-file',
    where: `the encoder's file ${path}`,
    whole: 'the top level',
    hint: 'see the documented keys of encoder.json',
    context: { file: path },
  });
}

function poolingOf(file: z.infer<typeof poolingFile> | null): Pooling | null {
  if (file?.pooling_mode_cls_token === true) return 'cls';
  return file?.pooling_mode_mean_tokens === true ? 'mean' : null;
}

function promptPrefixes(prompts: Readonly<Record<string, string>> | null) {
  const query = prompts?.query;
  const document = prompts?.document ?? prompts?.passage;
  if (query === undefined && document === undefined) return null;
  return { query: query ?? '', document: document ?? '' };
}

function prefixesByName(name: string): EncoderSettings['prefixes'] {
  const known = KNOWN_PREFIXES.find((one) => one.name.test(name));
  return known?.prefixes ?? { query: '', document: '' };
}

/** Tokenizers without a limit of their own say 10³⁰, and some models 0 or −1. */
function usableLength(length: number | null | undefined): number | null {
  return typeof length === 'number' && length >= 3 && length <= 1e6 ? Math.floor(length) : null;
}
