import { z } from 'zod';
import { collectionName, documentId, fieldsSchema, metadataFields } from '../fields.ts';
import type { GatewayLimits } from '../limits.ts';

/** Schemas of the bodies the Go-shaped gateway accepts. Numbers of vectors are checked in a loop. */
export function goRequests(limits: GatewayLimits) {
  const text = z.string().max(limits.textLength);
  const k = z.int().min(1).max(limits.k).default(10);
  const vector = z.array(z.unknown()).max(65_536);
  const model = z.string().optional();
  const scalar = z.union([z.string(), z.number(), z.boolean()]);
  const bound = z.union([z.string(), z.number()]).exactOptional();
  const condition = z.union(
    [
      scalar,
      z.strictObject({ in: z.array(scalar).max(limits.filterValues) }),
      z.strictObject({ gte: bound, lte: bound }),
    ],
    { error: 'expected a string, number, boolean, {"in": […]} or {"gte": …, "lte": …}' },
  );
  const filter = fieldsSchema(condition).refine(
    (fields) => Object.keys(fields).length <= 32,
    'expected at most 32 fields',
  );
  return {
    embed: z.object({ texts: z.array(text).min(1).max(limits.textsPerRequest), model }),
    search: z.object({
      index: collectionName,
      text: text.optional(),
      vector: vector.optional(),
      k,
      metadata_filter: filter.nullish(),
      model,
    }),
    matrix: z.object({
      query_text: text.optional(),
      query_vector: vector.optional(),
      corpora: z.array(collectionName).min(1).max(limits.collectionsPerRequest),
      k,
      per_corpus_k: z.int().min(1).max(limits.k).optional(),
      metadata_filter: filter.nullish(),
      model,
    }),
    index: z.object({
      index: collectionName,
      items: z
        .array(z.object({ id: documentId, vector, metadata: metadataFields.default({}) }))
        .min(1)
        .max(limits.itemsPerIngest),
    }),
  };
}
