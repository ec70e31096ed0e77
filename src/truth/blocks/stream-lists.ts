import type { VectorTable } from '../../record/types.ts';
import {
  rowsFrom,
  type VectorBlock,
  type VectorBlocks,
} from '../../record/vectors/vector-blocks.ts';
import type { ExactEngine, ExactIndex } from '../engines/exact-engine.ts';
import { openIndex } from '../engines/first-usable.ts';
import type { FilterMasks } from '../plan/filter-masks.ts';
import { partMerger, type QueryRange } from '../plan/merge-parts.ts';
import { searchPart } from '../plan/search-part.ts';
import type { TruthList } from '../types.ts';
import { noParts, type PartStore } from './parts.ts';

/** What a search over blocks is asked. */
export interface StreamedInput {
  /** Documents; ids are unique keys over all blocks. */
  readonly documents: VectorBlocks;
  readonly queries: VectorTable;
  /** Least length of a list, where that many documents are allowed; at least 1. */
  readonly kPrime: number;
  readonly engine: ExactEngine;
  /** The rows of a block that a query may find, as `ExactInput.allowed` has it; absent: all. */
  readonly allowed?: (keys: readonly string[]) => (queryIndex: number) => Uint8Array | null;
  /** Where finished parts are kept; nowhere by default. */
  readonly parts?: PartStore;
  /** Queries that are worked on together; the memory beyond the lists grows with them. */
  readonly queriesPerBlock?: number;
  readonly signal?: AbortSignal;
  /** Called once, with the number of rows that have to meet all queries: those not finished before. */
  readonly onStart?: (rows: number) => void;
  /** Called with the number of rows that have met all queries since the last call, a fraction at times. */
  readonly onRows?: (count: number) => void;
}

/** Exact lists over blocks. */
export interface StreamedResult {
  /** One list a query, in the order of the queries; empty for a zero query. */
  readonly lists: readonly TruthList[];
  /** Parts that were taken from the store, and all of them. */
  readonly partsResumed: number;
  readonly partsTotal: number;
}

/** Their vectors, copies and candidates take about 100 MB at 768 dimensions. */
const QUERIES_PER_BLOCK = 8192;

/**
 * Exact lists of queries over documents that need not fit in memory: block by block of rows, each
 * through the engine, merged by the total order. At most two blocks of documents are in memory.
 *
 * **Why the result is that of one search over all rows, to the bit.** A score depends on its two rows
 * alone (`dot` has one order of summation), so it is the same in every cut. Let t be the k′-th best
 * score of all rows and t_b that of block b (−∞ where it has fewer than k′). The best k′ of a subset are
 * never better than those of the whole: t_b ≤ t. A row of block b belongs into the list where
 * t − s ≤ ε; then t_b − s ≤ t − s ≤ ε, also after rounding, which is monotone. So the block's list,
 * widened by ε below its own t_b, holds every row of the block that the whole list needs, the k′ best
 * among them; the merge finds t from these and keeps exactly t − s ≤ ε, in the one total order (score
 * descending, key ascending by UTF-8 bytes). As merging is associative, neither the cut, nor the order in which
 * parts were finished, nor a kill in between leaves a trace.
 *
 * @throws UsageError as told in `ExactEngine.topK`, and whatever reading a block or the store throws
 * @throws the signal's reason when it is aborted
 */
export async function streamLists(input: StreamedInput): Promise<StreamedResult> {
  const { documents, queries, kPrime, parts = noParts, signal, onRows } = input;
  const queryBlocks = cutQueries(queries, input.queriesPerBlock);
  const merger = partMerger(
    [...documents.blocks.keys()],
    new Map(queryBlocks.map((some) => [some.at, some])),
    kPrime,
  );
  let partsResumed = 0;
  const open: { readonly at: number; readonly block: VectorBlock; readonly left: QueryBlock[] }[] =
    [];
  for (const [at, block] of documents.blocks.entries()) {
    const left: QueryBlock[] = [];
    for (const some of queryBlocks) {
      signal?.throwIfAborted();
      const place = { documentBlock: at, queryBlock: some.at };
      const kept = await parts.load(place);
      if (kept === null) left.push(some);
      else merger.add(place, kept);
    }
    partsResumed += queryBlocks.length - left.length;
    if (left.length > 0) open.push({ at, block, left });
  }
  const rowsLeft = open.reduce(
    (sum, { block, left }) => sum + (block.rowCount * left.length) / queryBlocks.length,
    0,
  );
  input.onStart?.(Math.round(rowsLeft));
  let reading = open[0]?.block.read();
  try {
    for (const [i, { at, block, left }] of open.entries()) {
      const table = await reading;
      reading = open[i + 1]?.block.read();
      // Whoever waits for it below hears of a failure; until then it is not an unhandled one.
      reading?.catch(() => {});
      if (table === undefined) break;
      const allowed = input.allowed?.(table.ids);
      await using index = await disposable(openIndex(input.engine, table));
      for (const some of left) {
        let told = 0;
        const tell = (share: number) => {
          onRows?.(((share - told) * block.rowCount) / queryBlocks.length);
          told = share;
        };
        const found = await searchPart({
          index,
          queries: some.table,
          kPrime,
          masks: allowed === undefined ? null : masksOf(some, block.rowCount, allowed),
          onProgress: tell,
          ...(signal === undefined ? {} : { signal }),
        });
        const place = { documentBlock: at, queryBlock: some.at };
        await parts.save(place, found);
        merger.add(place, found);
        tell(1);
      }
    }
  } finally {
    await reading?.catch(() => {});
  }
  return {
    lists: merger.finish(),
    partsResumed,
    partsTotal: documents.blocks.length * queryBlocks.length,
  };
}

async function disposable(opening: Promise<ExactIndex>): Promise<ExactIndex & AsyncDisposable> {
  const index = await opening;
  return { ...index, [Symbol.asyncDispose]: () => index.close() };
}

/** What the queries of one block may find of a block of documents. */
function masksOf(
  { from, count }: QueryRange,
  rowCount: number,
  allowed: (query: number) => Uint8Array | null,
): FilterMasks {
  return { rowCount, queryCount: count, of: (query) => allowed(from + query) };
}

/** Some consecutive queries with their vectors. */
export interface QueryBlock extends QueryRange {
  readonly at: number;
  readonly table: VectorTable;
}

/** Cuts queries into blocks, as views of the table. */
export function cutQueries(queries: VectorTable, size = QUERIES_PER_BLOCK): QueryBlock[] {
  const blocks: QueryBlock[] = [];
  for (let from = 0; from < queries.ids.length; from += size) {
    const to = Math.min(from + size, queries.ids.length);
    blocks.push({
      at: blocks.length,
      from,
      count: to - from,
      table: rowsFrom(queries, from, to),
    });
  }
  return blocks;
}
