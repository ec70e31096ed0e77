import { z } from 'zod';
import { collectionName, documentId, metadataFields } from '../fields.ts';
import type { GatewayLimits } from '../limits.ts';

/** Schemas of the bodies the Rust-shaped gateway accepts. */
export function rustRequests(limits: GatewayLimits) {
  const text = z.string().max(limits.textLength);
  const topK = z.int().min(1).max(limits.k).default(10);
  return {
    embed: z.object({
      texts: z.array(text).min(1).max(limits.textsPerRequest),
      model: z.string().optional(),
    }),
    search: z.object({ index_name: collectionName, query: text, top_k: topK }),
    hybrid: z.object({
      question: text,
      index_name: collectionName,
      sql_filter: z.string().max(limits.sqlFilterLength).nullish(),
      top_k: topK,
      generate: z.literal(false).optional(),
    }),
    index: z.object({
      index_name: collectionName,
      documents: z
        .array(z.object({ id: documentId, text, metadata: metadataFields.default({}) }))
        .min(1)
        .max(limits.itemsPerIngest),
    }),
  };
}
