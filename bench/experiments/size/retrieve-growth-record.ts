import { z } from 'zod';

const runSchema = z.strictObject({
  /** From the start of the process to its end. */
  seconds: z.number(),
  /** Of it, building both indexes. */
  ingestS: z.number(),
  cpuS: z.number(),
  /** Peak of resident memory. */
  peakBytes: z.number(),
});

/** How `bench retrieve` grows, as `results/retrieve/growth.json` holds it. */
export const retrieveGrowthSchema = z.strictObject({
  schema: z.literal('retrieval-parity/retrieve-growth@1'),
  provenance: z.string(),
  command: z.string(),
  dimension: z.int().positive(),
  queries: z.int().positive(),
  /** By rising number of documents; one run a round. */
  sizes: z
    .array(z.strictObject({ documents: z.int().positive(), runs: z.array(runSchema).min(1) }))
    .min(2),
});

export type RetrieveGrowth = z.infer<typeof retrieveGrowthSchema>;
export type GrowthRun = z.infer<typeof runSchema>;
