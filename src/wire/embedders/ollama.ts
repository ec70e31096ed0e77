import { z } from 'zod';
import { type Dialect, MalformedReplyError, RejectedReplyError } from '../dialect.ts';
import { toVectors } from '../json/embeddings.ts';
import { parseReply } from '../json/json-reply.ts';
import { type EmbedderOptions, embedderDialect, embedderOfUrl } from './embedder.ts';

const embedBody = z.object({
  model: z.string().nullish(),
  embeddings: z.array(z.array(z.unknown())),
});
const versionBody = z.object({ version: z.string() });
const tagsBody = z.object({ models: z.array(z.object({ name: z.string(), digest: z.string() })) });

/**
 * Ollama's `/api/embed`, asked not to cut long texts (`truncate: false`). The same name may stand for another
 * quantisation of a model: health says its digest.
 */
export function ollama(options: EmbedderOptions = {}): Dialect {
  return embedderDialect({
    name: 'ollama',
    mapping: 1,
    options,
    batch: 64,
    health: {
      path: '/api/version',
      encode: () => [
        { method: 'GET', path: '/api/version' },
        { method: 'GET', path: '/api/tags' },
      ],
      decode: ([version, tags]) => {
        if (version === undefined || tags === undefined) throw new MalformedReplyError('no reply');
        const { model } = options;
        const { models } = parseReply(tagsBody, tags);
        const found = models.find(({ name }) => name === model || name === `${model}:latest`);
        if (model !== undefined && found === undefined) {
          throw new RejectedReplyError(`model ${model} is not there: ollama pull ${model}`);
        }
        const digest = found === undefined ? '' : `, ${found.name} ${found.digest.slice(0, 12)}`;
        return {
          service: 'ollama',
          version: `${parseReply(versionBody, version).version}${digest}`,
        };
      },
    },
    path: '/api/embed',
    encode: (input, _kind, model) => ({
      model,
      input,
      truncate: false,
      dimensions: options.dimensions,
    }),
    decode: (reply, count) => {
      const { embeddings, model } = parseReply(embedBody, reply);
      const dimension = embeddings[0]?.length ?? 0;
      return {
        vectors: toVectors(embeddings, count, dimension, 'embeddings'),
        model: model ?? null,
      };
    },
  });
}

/** `ollama://host:11434?model=…`. */
export const ollamaOfUrl = embedderOfUrl<EmbedderOptions>({
  host: '127.0.0.1',
  port: 11434,
  tls: false,
  key: 'OLLAMA_API_KEY',
  dialect: ollama,
});
