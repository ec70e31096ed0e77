import { UsageError } from '../errors.ts';
import { fingerprintOf } from './fingerprint.ts';
import { meanOfTokens, unitLength } from './pooling.ts';
import { type GraphOutput, type GraphSession, loadSession } from './session.ts';
import { type EncoderSettings, type Pooling, readSettings } from './settings.ts';
import { loadTokenizer, type TextTokenizer } from './tokens.ts';
import type { Encoder, TextKind } from './types.ts';

/** What may be chosen when an encoder is loaded. */
export interface EncoderOptions {
  /** Threads of the ONNX session; default 1. */
  readonly threads?: number;
  /** Texts a run of the graph; default: the model's own `batchSize`, 1 where it names none. */
  readonly batchSize?: number;
  /** Longest input in tokens; default: the model's own. */
  readonly maxTokens?: number;
}

/**
 * Loads an encoder from a folder in Hugging Face's layout: `tokenizer.json`, `onnx/model.onnx` and, where
 * the defaults of {@link readSettings} do not fit, `encoder.json`. Runs one empty text, so that a model
 * that cannot work is refused here. Texts are sorted by length into batches and put back in order; texts
 * beyond the window lose their end and keep their special tokens. A run blocks the calling thread.
 * @throws UsageError for a missing or corrupt file, unknown inputs or outputs, a dimension other than
 * the declared one, or a vector that is not finite
 */
export async function loadEncoder(folder: string, options: EncoderOptions = {}): Promise<Encoder> {
  const settings = await readSettings(folder);
  const maxTokens = options.maxTokens ?? settings.maxTokens;
  const tokenizer = await loadTokenizer(folder, maxTokens);
  const session = await loadSession(folder, settings.output, options.threads ?? 1);
  const model = { settings, tokenizer, session };
  const batchSize = options.batchSize ?? settings.batchSize;
  const dimension = await probedDimension(folder, model);
  const files = [...settings.files, ...tokenizer.files, ...session.files];
  return {
    name: settings.name,
    dimension,
    maxTokens,
    fingerprint: await fingerprintOf(folder, files),
    embed: (texts, kind) => embedTexts(model, prefixed(texts, kind, settings), batchSize),
    close: () => session.close(),
  };
}

async function probedDimension(folder: string, model: Model): Promise<number> {
  const declared = model.settings.dimension;
  try {
    const [probe] = await embedTexts(model, [''], 1);
    const dimension = probe?.length ?? 0;
    if (declared === null || declared === dimension) return dimension;
    throw new UsageError(
      'encoder-dimension',
      `the encoder in ${folder} gives ${dimension} dimensions, encoder.json says ${declared}`,
      { hint: 'tokenizer, graph and encoder.json must be of one model' },
    );
  } catch (error) {
    await model.session.close();
    throw error;
  }
}

interface Model {
  readonly settings: EncoderSettings;
  readonly tokenizer: TextTokenizer;
  readonly session: GraphSession;
}

function prefixed(
  texts: readonly string[],
  kind: TextKind,
  settings: EncoderSettings,
): readonly string[] {
  const prefix = kind === 'raw' ? '' : settings.prefixes[kind];
  return prefix === '' ? texts : texts.map((text) => prefix + text);
}

async function embedTexts(
  model: Model,
  texts: readonly string[],
  batchSize: number,
): Promise<Float32Array[]> {
  const encoded = texts.map((text, index) => ({ index, ids: model.tokenizer.encode(text) }));
  encoded.sort((a, b) => a.ids.length - b.ids.length || a.index - b.index);
  const vectors = new Array<Float32Array>(texts.length);
  for (let start = 0; start < encoded.length; start += batchSize) {
    const batch = encoded.slice(start, start + batchSize);
    const ids = batch.map((text) => text.ids);
    const output = await runGraph(model, ids, batch[0]?.index ?? 0);
    batch.forEach(({ index, ids: { length } }, row) => {
      const vector = vectorOf(model, output, row, length);
      if (!allFinite(vector)) throw notFinite(model.settings.name, index);
      vectors[index] = vector;
    });
  }
  return vectors;
}

async function runGraph(
  model: Model,
  ids: readonly (readonly number[])[],
  firstIndex: number,
): Promise<GraphOutput> {
  try {
    return await model.session.run(ids, model.tokenizer.padId);
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    const [why = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    throw new UsageError(
      'encoder-run',
      `the encoder ${model.settings.name} failed on a batch that holds text ${firstIndex}: ${why}`,
      { hint: 'tokenizer.json and onnx/model.onnx must be of one model', cause },
    );
  }
}

function vectorOf(model: Model, output: GraphOutput, row: number, count: number): Float32Array {
  const { settings, session } = model;
  const [, second = 0, third] = output.shape;
  const pooling: Pooling = settings.pooling ?? (third === undefined ? 'none' : 'mean');
  if (output.shape.length !== (pooling === 'none' ? 2 : 3)) {
    throw new UsageError(
      'encoder-output',
      `the encoder's output ${session.outputName} has shape [${output.shape.join(', ')}], which pooling ${pooling} cannot use`,
      { hint: 'set "pooling" (mean, cls or none) or "output" in encoder.json' },
    );
  }
  const dimension = third ?? second;
  const tokens = third === undefined ? 1 : second;
  const start = row * tokens * dimension;
  const vector =
    pooling === 'mean'
      ? meanOfTokens(output.values, { tokens, dimension }, row, count)
      : output.values.slice(start, start + dimension);
  return settings.normalise ? unitLength(vector) : vector;
}

/** One pass without a call an element: x − x is 0 for every finite x, and NaN for the others. */
function allFinite(vector: Float32Array): boolean {
  let zero = 0;
  for (let i = 0; i < vector.length; i++) zero += (vector[i] as number) - (vector[i] as number);
  return zero === 0;
}

function notFinite(name: string, index: number): UsageError {
  return new UsageError(
    'encoder-not-finite',
    `the encoder ${name} gave a vector with NaN or infinity for text ${index}`,
    { hint: 'the model is broken, or the text holds nothing it knows', context: { text: index } },
  );
}
