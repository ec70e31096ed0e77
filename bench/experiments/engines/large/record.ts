import { z } from 'zod';

const figure = z.number().nullable();
const between = z.strictObject({ lower: figure, upper: figure });

/** Three engines over 100,000 documents, as `results/engines/hundred-thousand.json` holds them. */
export const largeSchema = z.strictObject({
  schema: z.literal('retrieval-parity/hundred-thousand@1'),
  provenance: z.string(),
  command: z.string(),
  corpus: z.strictObject({
    name: z.string(),
    documents: z.int(),
    dimension: z.int(),
    queries: z.int(),
    sources: z.array(z.string()),
  }),
  /** Commands in their order: what each took, and the peak of resident memory of its process. */
  steps: z.array(
    z.strictObject({
      name: z.string(),
      seconds: z.number(),
      cpuS: z.number(),
      peakBytes: z.number(),
    }),
  ),
  engines: z.array(
    z.strictObject({
      name: z.string(),
      label: z.string(),
      index: z.string(),
      version: z.string().nullable(),
      buildS: figure,
      readyS: figure,
      indexBytes: figure,
    }),
  ),
  /** Each further engine against the first. */
  verdicts: z.array(
    z.strictObject({
      candidate: z.string(),
      state: z.string(),
      recall: z.strictObject({ incumbent: figure, candidate: figure, difference: figure }),
      bounds: between,
      p50: between.extend({ ratio: figure }),
    }),
  ),
  sweep: z.strictObject({
    needs: z.int(),
    concurrency: z.int(),
    rounds: z.int(),
    points: z.array(
      z.strictObject({
        engine: z.string(),
        effort: figure,
        recall: between.extend({ mean: figure }),
        p50: between.extend({ ms: figure }),
        p95Ms: figure,
        perSecond: z.strictObject({ median: figure, least: figure, greatest: figure }),
        failed: z.int(),
        isOnFront: z.boolean(),
      }),
    ),
    reached: z.array(
      z.strictObject({
        engine: z.string(),
        target: z.number(),
        state: z.enum(['reached', 'not shown', 'not reached']),
        effort: figure,
      }),
    ),
  }),
  /** What could not be had, with the reason. */
  skipped: z.array(z.string()),
});

export type Large = z.infer<typeof largeSchema>;

/** Longest that all of it may take. */
export const MOST_MINUTES = 15;

/** Minutes of all commands together. */
export function minutesOf({ steps }: Large): number {
  return steps.reduce((sum, { seconds }) => sum + seconds, 0) / 60;
}
