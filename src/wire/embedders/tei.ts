import { z } from 'zod';
import type { Dialect } from '../dialect.ts';
import { toVectors } from '../json/embeddings.ts';
import { onlyReply, parseReply } from '../json/json-reply.ts';
import { type EmbedderOptions, embedderDialect, embedderOfUrl } from './embedder.ts';

/** And what this one alone is told. */
export interface TeiOptions extends EmbedderOptions {
  /** Names of prompts of the model, in place of prefixes. */
  readonly queryPrompt?: string;
  readonly documentPrompt?: string;
  /** Default true, as of the service itself. */
  readonly normalize?: boolean;
}

const infoBody = z.object({ model_id: z.string(), version: z.string() });

/** Hugging Face's text-embeddings-inference, asked not to cut long texts. The model is the server's. */
export function textEmbeddingsInference(options: TeiOptions = {}): Dialect {
  const { queryPrompt, documentPrompt, normalize = true, dimensions } = options;
  return embedderDialect({
    name: 'tei',
    mapping: 1,
    options,
    batch: 32,
    health: {
      path: '/info',
      encode: () => [{ method: 'GET', path: '/info' }],
      decode: (replies) => {
        const { model_id: model, version } = parseReply(infoBody, onlyReply(replies));
        return { service: 'text-embeddings-inference', version: `${version}, ${model}` };
      },
    },
    path: '/embed',
    encode: (inputs, kind) => ({
      inputs,
      normalize,
      truncate: false,
      prompt_name: kind === 'query' ? queryPrompt : documentPrompt,
      dimensions,
    }),
    decode: (reply, count) => {
      const rows = parseReply(z.array(z.array(z.unknown())), reply);
      return { vectors: toVectors(rows, count, rows[0]?.length ?? 0, 'embeddings'), model: null };
    },
  });
}

/** `tei://host:8080?…`; a key, where the server wants one, is in TEI_API_KEY. */
export const teiOfUrl = embedderOfUrl<TeiOptions>({
  host: '127.0.0.1',
  port: 8080,
  tls: false,
  key: 'TEI_API_KEY',
  own: ({ text, flag }) => ({
    queryPrompt: text('query_prompt'),
    documentPrompt: text('document_prompt'),
    normalize: flag('normalize'),
  }),
  dialect: textEmbeddingsInference,
});
