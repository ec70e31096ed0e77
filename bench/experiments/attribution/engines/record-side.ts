import type {
  AttributionQuery,
  RankedAnswer,
  SideRecord,
} from '../../../../src/attribution/types.ts';
import { matchesFilter } from '../../../../src/corpus/filter.ts';
import type { Collection } from '../../../../src/corpus/types.ts';
import type { VectorTable } from '../../../../src/record/types.ts';
import type { Hits, Store } from './store.ts';

/** What a side is asked about. */
export interface Asked {
  readonly k: number;
  readonly kPrime: number;
  readonly collection: Collection;
  /** Documents, ids `collection/id`, and queries: the same vectors for every side. */
  readonly documents: VectorTable;
  readonly queries: VectorTable;
  readonly list: readonly AttributionQuery[];
  /** Queries that are asked for longer lists. */
  readonly sampled: ReadonlySet<string>;
  /** Rows that are asked by their own vector. */
  readonly census: readonly number[];
}

/** Asks a store what a run would ask: answers at k, longer lists of the sample, the census. */
export async function recordSide(store: Store, asked: Asked): Promise<SideRecord> {
  const { documents, queries, collection, k, kPrime } = asked;
  const vectorOf = (table: VectorTable, row: number): Float32Array =>
    table.values.subarray(row * table.dimension, (row + 1) * table.dimension);
  const ask = async (
    vector: Float32Array,
    depth: number,
    filter: AttributionQuery['filter'],
    search: Store['search'] = store.search,
  ): Promise<RankedAnswer> => {
    const accepts =
      filter === null
        ? null
        : (row: number) => matchesFilter(filter, collection.documents[row]?.metadata ?? {});
    return rankedOf(await search(vector, depth, accepts), depth);
  };
  const rankedOf = ({ rows, scores }: Hits, depth: number): RankedAnswer => ({
    keys: rows.map((row) => documents.ids[row] ?? ''),
    scores,
    k: depth,
  });
  const answers = new Map<string, RankedAnswer>();
  const deep = new Map<string, RankedAnswer>();
  const exact = new Map<string, RankedAnswer>();
  const census = new Map<string, RankedAnswer>();
  for (const [row, query] of asked.list.entries()) {
    const vector = vectorOf(queries, row);
    answers.set(query.id, await ask(vector, k, query.filter));
    if (!asked.sampled.has(query.id)) continue;
    deep.set(query.id, await ask(vector, kPrime, query.filter));
    if (store.exact === undefined) continue;
    exact.set(query.id, await ask(vector, kPrime, query.filter, store.exact));
  }
  for (const row of asked.census) {
    const vector = vectorOf(documents, row);
    const hits = await (store.near ?? ((own, depth) => store.search(own, depth, null)))(vector, k);
    census.set(documents.ids[row] ?? '', rankedOf(hits, k));
  }
  const byVector = new Map<string, RankedAnswer>();
  const found = { documents, queries, answers, deep, byVector, census };
  return store.exact === undefined ? found : { ...found, exact };
}
