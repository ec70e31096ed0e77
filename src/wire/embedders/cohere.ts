import { z } from 'zod';
import type { Dialect } from '../dialect.ts';
import { toVectors } from '../json/embeddings.ts';
import { onlyReply, parseReply } from '../json/json-reply.ts';
import { type EmbedderOptions, embedderDialect, embedderOfUrl } from './embedder.ts';

const embedBody = z.object({ embeddings: z.object({ float: z.array(z.array(z.unknown())) }) });
const modelBody = z.object({ name: z.string() });

const INPUT_TYPE = { query: 'search_query', document: 'search_document' } as const;

/** Cohere's `/v2/embed`: told what a text is, and asked not to cut it. */
export function cohere(options: EmbedderOptions = {}): Dialect {
  const { model: known = 'embed-v4.0' } = options;
  return embedderDialect({
    name: 'cohere',
    mapping: 1,
    options: { ...options, model: known },
    batch: 96,
    health: {
      path: '/v1/models/{model}',
      encode: () => [{ method: 'GET', path: `/v1/models/${encodeURIComponent(known)}` }],
      decode: (replies) => {
        const { name } = parseReply(modelBody, onlyReply(replies));
        return { service: 'cohere', version: name };
      },
    },
    path: '/v2/embed',
    encode: (texts, kind, model) => ({
      model,
      texts,
      input_type: INPUT_TYPE[kind],
      embedding_types: ['float'],
      output_dimension: options.dimensions,
      truncate: 'NONE',
    }),
    decode: (reply, count) => {
      const { float: rows } = parseReply(embedBody, reply).embeddings;
      return { vectors: toVectors(rows, count, rows[0]?.length ?? 0, 'embeddings'), model: known };
    },
  });
}

/** `cohere://api.cohere.com?model=…`; the key is in COHERE_API_KEY. */
export const cohereOfUrl = embedderOfUrl<EmbedderOptions>({
  host: 'api.cohere.com',
  port: 443,
  tls: true,
  key: 'COHERE_API_KEY',
  dialect: cohere,
});
