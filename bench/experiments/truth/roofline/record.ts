import { z } from 'zod';

const positive = z.number().positive();

/** What one thread of the int8 engine does with its shard, in milliseconds. */
const stagesSchema = z.strictObject({
  /** Making the rows ready: integers, scales, residuals. */
  prepareMs: positive,
  /** Integer products. */
  multiplyMs: positive,
  /** Looking through the products for rows that the bound cannot exclude. */
  scanMs: z.number(),
  /** float32 and float64 products of what is left. */
  refineMs: z.number(),
  /** All else: queries as integers, k-th scores, calls. */
  restMs: z.number(),
  /** Pairs of row and query that the scan kept, and those that were scored in float64. */
  kept: z.number(),
  scored: z.number(),
});

/** Operations (a multiplication and an addition are two) a second of one thread. */
const peaksSchema = z.strictObject({
  /** Cycles a second, by a chain of integer multiplications of three cycles each. */
  clockHz: positive,
  /** float32 and u8 × s8, the best square product of onnxruntime. */
  float32: positive,
  int8: positive,
  /** The widest instruction that multiplies 8-bit or 16-bit integers without saturation, and its operations a cycle. */
  instruction: z.string(),
  opsPerCycle: positive,
  /** Bytes a second that a copy of memory reads and writes. */
  copyBytesPerSecond: positive,
});

/** Where the int8 engine stands under the limits of a machine, as `results/truth/roofline.json` holds it. */
export const rooflineSchema = z.strictObject({
  schema: z.literal('retrieval-parity/roofline@1'),
  provenance: z.string(),
  command: z.string(),
  threads: z.int().positive(),
  k: z.int().positive(),
  peaks: peaksSchema,
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
export type Peaks = z.infer<typeof peaksSchema>;
export type Stages = z.infer<typeof stagesSchema>;
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
