import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { expectRegular } from '../disk/read-regular.ts';
import { UsageError } from '../errors.ts';
import { type InferenceSession, openSession, Tensor } from '../onnx/onnxruntime.ts';

const MODEL = join('onnx', 'model.onnx');

/** What one run of the graph gave: `values` is row-major, [B, T, D] or [B, D]. */
export interface GraphOutput {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/** A loaded graph: padded batches of token ids in, one output out. */
export interface GraphSession {
  readonly outputName: string;
  /** Files, relative to the folder, that were read. */
  readonly files: readonly string[];
  readonly run: (batch: readonly (readonly number[])[], padId: number) => Promise<GraphOutput>;
  readonly close: () => Promise<void>;
}

/** Outputs that hold one vector a text, then those that hold one a token, as exporters name them. */
const KNOWN_OUTPUTS = [
  'sentence_embedding',
  'text_embeds',
  'pooled',
  'last_hidden_state',
  'token_embeddings',
];

/**
 * Loads `onnx/model.onnx` on the CPU; `output` names the output to use, null picks a known one.
 * A run blocks the thread it is started from.
 * @throws UsageError where the file is missing or corrupt, or its inputs or outputs are not an encoder's
 */
export async function loadSession(
  folder: string,
  output: string | null,
  threads: number,
): Promise<GraphSession> {
  const session = await createSession(folder, threads);
  const outputName = pickOutput(folder, session, output);
  const integerTypes = inputTypes(folder, session);
  const hasData = await exists(join(folder, `${MODEL}_data`));
  return {
    outputName,
    files: hasData ? [MODEL, `${MODEL}_data`] : [MODEL],
    run: async (batch, padId) => {
      const feeds = feedsOf(batch, padId, integerTypes);
      const result = (await session.run(feeds, [outputName]))[outputName];
      if (result === undefined || !(result.data instanceof Float32Array)) {
        throw new UsageError(
          'encoder-output',
          `the encoder's output ${outputName} is ${result?.type ?? 'missing'}, not float32`,
          { hint: 'use an export whose outputs are float32; weights may be of any type' },
        );
      }
      return { values: result.data, shape: result.dims };
    },
    close: () => session.release(),
  };
}

async function createSession(folder: string, threads: number): Promise<InferenceSession> {
  const path = join(folder, MODEL);
  if (!(await exists(path))) {
    throw new UsageError('encoder-file-missing', `the encoder lacks ${path}`, {
      hint: 'point at a folder with tokenizer.json and onnx/model.onnx, as Hugging Face lays it out',
      context: { file: 'onnx/model.onnx' },
    });
  }
  try {
    await expectRegular(path);
    return await openSession(path, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
    });
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(
      'encoder-model-corrupt',
      `the encoder's model ${path} does not load: ${firstLine(cause)}`,
      {
        hint: 'download or build it again; a file kept by Git LFS needs git lfs pull',
        context: { file: path },
        cause,
      },
    );
  }
}

function pickOutput(folder: string, session: InferenceSession, wanted: string | null): string {
  const names = session.outputNames;
  const picked =
    wanted === null
      ? (KNOWN_OUTPUTS.find((name) => names.includes(name)) ??
        (names.length === 1 ? names[0] : undefined))
      : names.find((name) => name === wanted);
  if (picked !== undefined) return picked;
  throw new UsageError(
    'encoder-output',
    wanted === null
      ? `the encoder in ${folder} has no output of a known name: ${names.join(', ')}`
      : `the encoder in ${folder} has no output ${wanted}: ${names.join(', ')}`,
    { hint: 'name one of them as "output" in encoder.json' },
  );
}

type IntegerType = 'int64' | 'int32';

function inputTypes(folder: string, session: InferenceSession): ReadonlyMap<string, IntegerType> {
  const types = new Map<string, IntegerType>();
  for (const input of session.inputMetadata) {
    const known = ['input_ids', 'attention_mask', 'token_type_ids'].includes(input.name);
    const type = input.isTensor ? input.type : null;
    if (!known || (type !== 'int64' && type !== 'int32')) {
      throw new UsageError(
        'encoder-input',
        `the encoder in ${folder} asks for the input ${input.name} (${type ?? 'no tensor'})`,
        { hint: 'known inputs: input_ids, attention_mask, token_type_ids, of int64 or int32' },
      );
    }
    types.set(input.name, type);
  }
  return types;
}

function feedsOf(
  batch: readonly (readonly number[])[],
  padId: number,
  types: ReadonlyMap<string, IntegerType>,
): Record<string, Tensor> {
  const width = batch.reduce((longest, ids) => Math.max(longest, ids.length), 1);
  const shape = [batch.length, width];
  const feeds: Record<string, Tensor> = {};
  for (const [name, type] of types) {
    const data = new Int32Array(batch.length * width).fill(name === 'input_ids' ? padId : 0);
    if (name !== 'token_type_ids') {
      batch.forEach((ids, row) => {
        if (name === 'input_ids') data.set(ids, row * width);
        else data.fill(1, row * width, row * width + ids.length);
      });
    }
    feeds[name] =
      type === 'int32'
        ? new Tensor('int32', data, shape)
        : new Tensor('int64', widened(data), shape);
  }
  return feeds;
}

/** Non-negative 32-bit integers as 64-bit ones, without a BigInt an element. */
function widened(data: Int32Array): BigInt64Array {
  const wide = new Int32Array(data.length * 2);
  for (let i = 0; i < data.length; i++) wide[2 * i] = data[i] ?? 0;
  return new BigInt64Array(wide.buffer);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function firstLine(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? '';
}
