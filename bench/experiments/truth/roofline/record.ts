import { z } from 'zod';

const positive = z.number().positive();

const stagesSchema = z.strictObject({
  prepareMs: positive,
  multiplyMs: positive,
  scanMs: z.number(),
  refineMs: z.number(),
  restMs: z.number(),
  kept: z.number(),
  scored: z.number(),
});

/** Where the int8 engine stands under the limits of a machine, as `results/truth/roofline.json` holds it. */
export const rooflineSchema = z.strictObject({
  schema: z.literal('retrieval-parity/roofline@1'),
  provenance: z.string(),
  command: z.string(),
  threads: z.int().positive(),
  k: z.int().positive(),
  peaks: z.strictObject({
    clockHz: positive,
    float32: positive,
    int8: positive,
    instruction: z.string(),
    opsPerCycle: positive,
    copyBytesPerSecond: positive,
  }),
  cases: z
    .array(
      z.strictObject({
        rows: z.int().positive(),
        queries: z.int().positive(),
        dimension: z.int().positive(),
        /** Rows of the shard that one thread was measured with. */
        shardRows: z.int().positive(),
        stages: stagesSchema,
        /** A whole search by all threads, a value a round; and the same by faiss, empty where it is not there. */
        int8Ms: z.array(positive).min(1),
        faissMs: z.array(positive),
      }),
    )
    .min(1),
  /** What multiplies for faiss; null where it is not there. */
  faiss: z.string().nullable(),
});

export type Roofline = z.infer<typeof rooflineSchema>;
export type RooflineCase = Roofline['cases'][number];

/** Ratio to faiss that is asked for. */
export const WANTED = 4;

/** Operations of a search: a multiplication and an addition for each component of each pair. */
export function operationsOf({ rows, queries, dimension }: RooflineCase): number {
  return 2 * rows * queries * dimension;
}

/** Operations a second that the widest exact instruction allows one thread. */
export function ceilingOf({ peaks }: Roofline): number {
  return peaks.clockHz * peaks.opsPerCycle;
}

/** Milliseconds that all threads need for the products alone, at so many operations a second each. */
export function productsMs(roofline: Roofline, one: RooflineCase, perSecond: number): number {
  return (operationsOf(one) / roofline.threads / perSecond) * 1000;
}
