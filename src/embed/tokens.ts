import { Tokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import { UsageError } from '../errors.ts';
import { readJson } from './settings.ts';

/** Texts to token ids, special tokens included, never longer than the model's window. */
export interface TextTokenizer {
  readonly padId: number;
  /** Files, relative to the folder, that were read. */
  readonly files: readonly string[];
  readonly encode: (text: string) => readonly number[];
}

const tokenizerFile = z.looseObject({
  model: z.looseObject({}),
  padding: z.looseObject({ pad_id: z.int().min(0).optional() }).nullish(),
});

/**
 * Loads `tokenizer.json` (and `tokenizer_config.json` where there is one) for a window of `maxTokens`.
 * @throws UsageError where the file is missing, malformed or of a kind the library does not know
 */
export async function loadTokenizer(folder: string, maxTokens: number): Promise<TextTokenizer> {
  const json = await readJson(folder, 'tokenizer.json', tokenizerFile);
  if (json === null) {
    throw new UsageError('encoder-file-missing', `the encoder lacks ${folder}/tokenizer.json`, {
      hint: 'point at a folder with tokenizer.json and onnx/model.onnx, as Hugging Face lays it out',
      context: { file: 'tokenizer.json' },
    });
  }
  const config = await readJson(folder, 'tokenizer_config.json', z.looseObject({}));
  const tokenizer = createTokenizer(folder, json, config ?? {});
  const specials = specialsAround(tokenizer);
  const padToken = config?.pad_token;
  const padById = typeof padToken === 'string' ? tokenizer.token_to_id(padToken) : undefined;
  return {
    padId: json.padding?.pad_id ?? padById ?? 0,
    files: config === null ? ['tokenizer.json'] : ['tokenizer.json', 'tokenizer_config.json'],
    encode: (text) => truncated(tokenizer.encode(text).ids, maxTokens, specials.after),
  };
}

function createTokenizer(folder: string, json: object, config: object): Tokenizer {
  try {
    return new Tokenizer(json, config);
  } catch (cause) {
    throw new UsageError(
      'encoder-file',
      `the encoder's tokenizer ${folder}/tokenizer.json is not usable: ${(cause as Error).message}`,
      {
        hint: 'WordPiece, Unigram and BPE tokenizers written by Hugging Face tokenizers are known',
        cause,
      },
    );
  }
}

/** How many special tokens the template puts after a text: what stays when the text is cut. */
function specialsAround(tokenizer: Tokenizer): { readonly after: number } {
  const bare = tokenizer.encode('a', { add_special_tokens: false }).ids;
  const whole = tokenizer.encode('a').ids;
  const before = whole.indexOf(bare[0] ?? -1);
  return { after: before < 0 ? 0 : whole.length - before - bare.length };
}

function truncated(ids: readonly number[], maxTokens: number, after: number): readonly number[] {
  if (ids.length <= maxTokens) return ids;
  return [...ids.slice(0, maxTokens - after), ...ids.slice(ids.length - after)];
}
