import { z } from 'zod';

const shareSchema = z.number().min(0).max(1);

/** Components that a difference may be put down to, as `Component` of the attribution names them. */
const componentSchema = z.string();

const comparisonSchema = z.strictObject({
  name: z.string(),
  /** What the candidate said of itself. */
  description: z.string(),
  incumbent: z.string(),
  queries: z.enum(['plain', 'filtered']),
  /** Mean recall@k over needs, as the run's findings have it, with one-sided 95% bounds. */
  recall: z.strictObject({
    incumbent: shareSchema,
    candidate: shareSchema,
    lower: shareSchema,
    upper: shareSchema,
    needs: z.int().positive(),
  }),
  /** The same means, computed by the Python script from the answers and the vectors. */
  independent: z.strictObject({ incumbent: shareSchema, candidate: shareSchema }),
  verdict: z.string(),
  attribution: z.strictObject({
    status: z.string(),
    queries: z.int(),
    /** The first component and its share of what is attributed; null where nothing is. */
    first: componentSchema.nullable(),
    share: z.number().nullable(),
    /** What the candidate was found to hold or to do, by component that differs. */
    found: z.array(z.string()),
  }),
  /** Loss of recall@k by what the candidate holds, what its index misses, and what a filter costs; null without its own exact search. */
  losses: z.strictObject({ held: z.number(), graph: z.number(), filter: z.number() }).nullable(),
  /** Answers of the candidate with fewer rows than there are to find. */
  short: z.strictObject({ answers: z.int(), of: z.int() }),
  /** Kinds of warnings before anything was measured, of the candidate. */
  canaries: z.array(z.string()),
  /** What the first component has to be; empty where nothing is promised. */
  expected: z.array(componentSchema),
});

/** Engines whose losses are known otherwise, as `results/engines/known-truths.json` holds them. */
export const knownTruthsSchema = z.strictObject({
  schema: z.literal('retrieval-parity/known-truths@1'),
  provenance: z.string(),
  command: z.string(),
  corpus: z.strictObject({
    name: z.string(),
    documents: z.int(),
    dimension: z.int(),
    vectors: z.string(),
    sources: z.array(z.string()),
  }),
  k: z.int().positive(),
  /** Engines that could not be had, with the reason. */
  skipped: z.array(z.strictObject({ name: z.string(), why: z.string() })),
  comparisons: z.array(comparisonSchema),
});

export type KnownTruths = z.infer<typeof knownTruthsSchema>;
export type KnownTruth = KnownTruths['comparisons'][number];

/** Means of values that are ratios of small numbers, summed in another order. */
const SAME = 1e-12;

/** Whether both ways of computing recall give the same number. */
export function isSameRecall({ recall, independent }: KnownTruth): boolean {
  return (['incumbent', 'candidate'] as const).every(
    (side) => Math.abs(recall[side] - independent[side]) <= SAME,
  );
}

/** Whether the first component is one of those that it has to be; null where nothing is promised. */
export function isAsExpected({ attribution, expected }: KnownTruth): boolean | null {
  if (expected.length === 0) return null;
  return attribution.first !== null && expected.includes(attribution.first);
}
