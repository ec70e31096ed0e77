import { z } from 'zod';
import { sha256Hex } from '../../record/files/write-whole.ts';
import type { PartPlace } from '../blocks/parts.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
/** Rows of one block, and the most documents of one list: what one machine holds in memory. */
const MOST_ROWS = 1 << 28;
const MOST_LISTED = 1 << 16;
/** Entries of the lists of one block of queries. */
const MOST_ENTRIES = 1 << 27;
/** Numbers of one block: an Arrow file of less than 2 GiB. */
const MOST_VALUES = 1 << 29;

const blockSchema = z.strictObject({ sha256: hash, rows: z.int().positive().max(MOST_ROWS) });
/** A block of documents, a block of queries, and what the queries may find of it. */
const partSchema = z.strictObject({
  documentBlock: z.int().nonnegative(),
  queryBlock: z.int().nonnegative(),
  filterId: hash.nullable(),
});

/** A plan as it may be written to a file; whatever a stranger puts there is refused where it is out of bounds. */
const planSchema = z
  .strictObject({
    version: z.literal(1),
    kPrime: z.int().positive().max(MOST_LISTED),
    metric: z.enum(['cosine', 'dot', 'euclidean']),
    longestSquare: z.number().nonnegative().nullable(),
    dimension: z
      .int()
      .positive()
      .max(1 << 20),
    documents: z.array(blockSchema),
    queries: z.array(blockSchema),
    parts: z.array(partSchema),
  })
  .refine(
    ({ documents, queries, parts }) =>
      parts.every(
        ({ documentBlock, queryBlock }, at) =>
          documentBlock === Math.floor(at / queries.length) && queryBlock === at % queries.length,
      ) && parts.length === documents.length * queries.length,
    { error: 'the parts are not every block of documents with every block of queries' },
  )
  .refine(
    ({ documents, queries, dimension }) =>
      [...documents, ...queries].every(({ rows }) => rows * dimension <= MOST_VALUES),
    { error: `a block has more than ${MOST_VALUES} numbers` },
  )
  .refine(({ queries, kPrime }) => queries.every(({ rows }) => rows * kPrime <= MOST_ENTRIES), {
    error: `lists of a block of queries have more than ${MOST_ENTRIES} entries`,
  });

/** Some rows of vectors: the sha256 of the Arrow file that holds them, and how many they are. */
export type PlannedBlock = z.infer<typeof blockSchema>;
/**
 * The exact search of a corpus as data: nothing but numbers and hashes, so that any process which can read the
 * blocks carries out any part, and gives the same bytes. Lists are of cosines in the metric's space
 * (`metricSpace(metric, longestSquare)`).
 */
export type TruthPlan = z.infer<typeof planSchema>;

/** What a plan is made of. */
export interface PlanInput extends Omit<TruthPlan, 'version' | 'parts'> {
  /** Names what the queries of a block may find of a block of documents; null where that is all. */
  readonly filterId: (place: PartPlace) => string | null;
}

/** Every block of documents with every block of queries, document block by document block. */
export function planTruth({ filterId, ...input }: PlanInput): TruthPlan {
  const parts = input.documents.flatMap((_document, documentBlock) =>
    input.queries.map((_query, queryBlock) => ({
      documentBlock,
      queryBlock,
      filterId: filterId({ documentBlock, queryBlock }),
    })),
  );
  return planSchema.parse({ version: 1, ...input, parts });
}

/** The bytes of a plan; its name is their sha256. */
export function encodePlan(plan: TruthPlan): Uint8Array {
  return Buffer.from(JSON.stringify(plan));
}

/** @throws ZodError or SyntaxError for bytes that are no plan, or one out of bounds. */
export function decodePlan(bytes: Uint8Array): TruthPlan {
  return planSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
}

/**
 * Names the lists of one query block over some blocks of documents, by everything that they depend on: the same
 * question in another plan has the same name.
 *
 * @param to the block of documents after the last
 */
export function listsId(plan: TruthPlan, queryBlock: number, from: number, to: number): string {
  const { version, kPrime, metric, longestSquare } = plan;
  const filterIds = plan.documents
    .slice(from, to)
    .map((_, at) => plan.parts[(from + at) * plan.queries.length + queryBlock]?.filterId ?? null);
  const inputs = {
    version,
    kPrime,
    metric,
    longestSquare,
    documents: plan.documents.slice(from, to).map(({ sha256 }) => sha256),
    queries: plan.queries[queryBlock]?.sha256 ?? null,
    ...(filterIds.every((id) => id === null) ? {} : { filterIds }),
  };
  return sha256Hex(Buffer.from(JSON.stringify(inputs)));
}
