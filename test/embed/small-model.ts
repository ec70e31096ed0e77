import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { encodeOnnx, type OnnxGraph } from '../../src/embed/onnx/model.ts';

/** Token vectors of the hand-made model, by token: three dimensions, easily added up. */
export const HAND_VECTORS = {
  '[PAD]': [1000, 1000, 1000],
  '[UNK]': [0, 0, 9],
  '[CLS]': [1, 0, 0],
  '[SEP]': [0, 1, 0],
  a: [2, 4, 6],
  b: [5, -1, 2],
} as const;

/** Writes files into a temporary folder that goes when the test ends; gives its path. */
export async function folderWith(
  files: Readonly<Record<string, string | Uint8Array | object>>,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'encoder-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    const isRaw = typeof content === 'string' || content instanceof Uint8Array;
    await writeFile(target, isRaw ? content : JSON.stringify(content));
  }
  return folder;
}

/** A WordPiece tokenizer of the six tokens, with [CLS] and [SEP] around a text. */
export function handTokenizer(): object {
  const tokens = Object.keys(HAND_VECTORS);
  const special = (id: string) => ({ id, ids: [tokens.indexOf(id)], tokens: [id] });
  return {
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: 'WhitespaceSplit' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [
        { SpecialToken: { id: '[CLS]', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: '[SEP]', type_id: 0 } },
      ],
      special_tokens: { '[CLS]': special('[CLS]'), '[SEP]': special('[SEP]') },
    },
    decoder: null,
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    },
  };
}

/** A graph whose `last_hidden_state` is the table's row of each token; pooling is left to the caller. */
export function handGraph(changes: Partial<OnnxGraph> = {}): Uint8Array {
  const table = Float32Array.from(Object.values(HAND_VECTORS).flat());
  const types = Float32Array.from([0, 0, 0, 500, 500, 500]);
  const bytes = (data: Float32Array) => new Uint8Array(data.buffer);
  const integers = (name: string) => ({ name, type: 'int64', shape: ['batch', 'tokens'] }) as const;
  return encodeOnnx({
    name: 'hand-made',
    inputs: [integers('input_ids'), integers('attention_mask'), integers('token_type_ids')],
    outputs: [{ name: 'last_hidden_state', type: 'float32', shape: ['batch', 'tokens', 3] }],
    constants: [
      { name: 'table', type: 'float32', shape: [6, 3], data: bytes(table) },
      { name: 'types', type: 'float32', shape: [2, 3], data: bytes(types) },
    ],
    nodes: [
      { operation: 'Gather', inputs: ['table', 'input_ids'], outputs: ['tokens'] },
      { operation: 'Gather', inputs: ['types', 'token_type_ids'], outputs: ['kinds'] },
      { operation: 'Add', inputs: ['tokens', 'kinds'], outputs: ['last_hidden_state'] },
    ],
    ...changes,
  });
}

/** The hand-made model's two files, to be spread into {@link folderWith}. */
export function handFiles(): Record<string, Uint8Array | object> {
  return { 'tokenizer.json': handTokenizer(), 'onnx/model.onnx': handGraph() };
}
