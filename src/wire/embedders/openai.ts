import { z } from 'zod';
import { type Dialect, MalformedReplyError } from '../dialect.ts';
import { toVectors } from '../json/embeddings.ts';
import { onlyReply, parseReply } from '../json/json-reply.ts';
import { type EmbedderOptions, embedderDialect, embedderOfUrl } from './embedder.ts';

/** And what this one alone is told. */
export interface OpenaiOptions extends EmbedderOptions {
  /** How vectors come: as numbers (default, which every such service knows), or as the bytes of float32 in base64. */
  readonly encoding?: 'float' | 'base64';
}

const embedBody = z.object({
  model: z.string().nullish(),
  data: z.array(
    z.object({
      index: z.int().nonnegative(),
      embedding: z.union([z.string(), z.array(z.unknown())]),
    }),
  ),
});
const modelsBody = z.object({ data: z.array(z.object({ id: z.string() })) });

/** OpenAI's `/v1/embeddings`, and whatever speaks like it. Vectors are placed by their index. */
export function openai(options: OpenaiOptions = {}): Dialect {
  return embedderDialect({
    name: 'openai',
    mapping: 1,
    options,
    batch: 256,
    health: {
      path: '/v1/models',
      encode: () => [{ method: 'GET', path: '/v1/models' }],
      decode: (replies) => {
        parseReply(modelsBody, onlyReply(replies));
        return { service: 'openai', version: options.model ?? null };
      },
    },
    path: '/v1/embeddings',
    encode: (input, _kind, model) => ({
      model,
      input,
      encoding_format: options.encoding ?? 'float',
      dimensions: options.dimensions,
    }),
    decode: (reply, count) => {
      const { data, model } = parseReply(embedBody, reply);
      const rows = new Array<unknown>(count).fill(null);
      for (const { index, embedding } of data) {
        if (index >= count || rows[index] !== null) {
          throw new MalformedReplyError(`data: index ${index} of ${count} texts`);
        }
        rows[index] = typeof embedding === 'string' ? numbersOf(embedding) : embedding;
      }
      const [first] = rows;
      const dimension = Array.isArray(first) ? first.length : 0;
      return { vectors: toVectors(rows, count, dimension, 'data'), model: model ?? null };
    },
  });
}

/** The numbers of little-endian float32 in base64. */
function numbersOf(base64: string): number[] {
  const bytes = Buffer.from(base64, 'base64');
  // What is no base64 is passed over, and what is cut ends early.
  if (bytes.length % 4 !== 0 || bytes.toString('base64') !== base64) {
    throw new MalformedReplyError('data: expected float32 in base64');
  }
  return Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(4 * at));
}

/** `openai://host/path?model=…`; the key is in OPENAI_API_KEY. */
export const openaiOfUrl = embedderOfUrl<OpenaiOptions>({
  host: 'api.openai.com',
  port: 443,
  tls: true,
  key: 'OPENAI_API_KEY',
  own: ({ oneOf }) => ({ encoding: oneOf('encoding', ['float', 'base64']) }),
  dialect: openai,
});
