import type { Progress } from '../../progress.ts';
import { sha256Hex } from '../../record/files/write-whole.ts';
import { vectorCodec } from '../../record/tables/vector-table.ts';
import type { VectorTable } from '../../record/types.ts';
import type { PartPlace } from '../blocks/parts.ts';
import { cutQueries } from '../blocks/stream-lists.ts';
import type { MetricSpace } from '../metric-space.ts';
import type { TruthList } from '../types.ts';
import type { FilterMasks } from './filter-masks.ts';
import { planTruth, type TruthPlan } from './plan.ts';

/** Some rows of documents as they are stored. */
export interface PlannedRows {
  readonly rowCount: number;
  readonly sha256: string;
  /** The Arrow file of the rows. */
  readonly readBytes: () => Promise<Uint8Array>;
}

/** A plan with what carrying it out elsewhere needs: the bytes that its hashes stand for. */
export interface PlannedSearch {
  readonly plan: TruthPlan;
  readonly documents: readonly PlannedRows[];
  readonly queries: readonly PlannedRows[];
  /** What a filter id of the plan stands for. */
  readonly masks: (place: PartPlace) => FilterMasks;
}

/** Carries out a plan somewhere, and gives one list a query. */
export type CarryOutPlan = (
  search: PlannedSearch,
  options: { readonly progress: Progress; readonly signal: AbortSignal },
) => Promise<readonly TruthList[]>;

/** A place where plans are carried out, with whom to tell. */
export interface Elsewhere {
  readonly carryOut: CarryOutPlan;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** What a search is planned from. */
export interface SearchToPlan {
  readonly documents: readonly PlannedRows[];
  /** Keys of all documents, block after block. */
  readonly documentKeys: readonly string[];
  readonly queries: VectorTable;
  readonly space: MetricSpace;
  /** ‖x‖² of the longest document. */
  readonly longestSquare: number;
  readonly kPrime: number;
  readonly queriesPerBlock?: number;
  /** The documents that a query may find, and a name of that; null: all. */
  readonly allowed: (keys: readonly string[]) => (query: number) => Uint8Array | null;
  /** A text that differs where what a query may find differs; null where it may find all. */
  readonly conditions: (query: number) => string | null;
}

/** Plans a search: cuts the queries, and names rows, queries and filters by their hashes. */
export function planSearch(input: SearchToPlan): PlannedSearch {
  const { documents, space } = input;
  const blocks = cutQueries(input.queries, input.queriesPerBlock);
  const queries = blocks.map(({ table, count }): PlannedRows => {
    const { bytes } = vectorCodec.encode(table);
    return { rowCount: count, sha256: sha256Hex(bytes), readBytes: async () => bytes };
  });
  const conditions = blocks.map(({ from, count }) => {
    const all = Array.from({ length: count }, (_, i) => input.conditions(from + i));
    return all.every((one) => one === null) ? null : JSON.stringify(all);
  });
  let rows = 0;
  const first = documents.map(({ rowCount }) => {
    rows += rowCount;
    return rows - rowCount;
  });
  const named = ({ sha256, rowCount }: PlannedRows) => ({ sha256, rows: rowCount });
  return {
    documents,
    queries,
    plan: planTruth({
      kPrime: input.kPrime,
      metric: space.metric,
      longestSquare: space.metric === 'cosine' ? null : input.longestSquare,
      dimension: input.queries.dimension,
      documents: documents.map(named),
      queries: queries.map(named),
      filterId: ({ documentBlock, queryBlock }) => {
        const asked = conditions[queryBlock] ?? null;
        const found = documents[documentBlock]?.sha256;
        return asked === null ? null : sha256Hex(Buffer.from(JSON.stringify([found, asked])));
      },
    }),
    masks: ({ documentBlock, queryBlock }) => {
      const from = first[documentBlock] ?? 0;
      const rowCount = documents[documentBlock]?.rowCount ?? 0;
      const some = blocks[queryBlock];
      const of = input.allowed(input.documentKeys.slice(from, from + rowCount));
      return {
        rowCount,
        queryCount: some?.count ?? 0,
        of: (query) => of((some?.from ?? 0) + query),
      };
    },
  };
}

/** A table in memory as rows to plan, at most so many a block. */
export function plannedRowsOf(table: VectorTable, rowsPerBlock: number): PlannedRows[] {
  return cutQueries(table, rowsPerBlock).map(({ table: rows, count }) => {
    const { bytes } = vectorCodec.encode(rows);
    return { rowCount: count, sha256: sha256Hex(bytes), readBytes: async () => bytes };
  });
}
