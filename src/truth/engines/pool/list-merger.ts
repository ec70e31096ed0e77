import { compareUtf8 } from '../../../metrics/utf8-order.ts';
import { keepTop, selectTop } from '../select.ts';
import { unpackLists } from './pack-lists.ts';
import type { PackedLists } from './protocol.ts';
import type { RowList } from './shard.ts';

const EMPTY: RowList = { rows: new Uint32Array(0), scores: new Float64Array(0) };

/** Merges the lists of shards as they come; what is kept does not grow with their number. */
export interface ListMerger {
  /** @param from row number of the shard's first row */
  readonly add: (from: number, lists: PackedLists) => void;
  /** One list a query in the total order, null for a query that was not searched. */
  readonly finish: () => { lists: (RowList | null)[]; widenedQueries: number };
}

/**
 * The order of lists is total and every shard's list is widened by its own ties, so the merge is exact
 * whatever the order of the shards (see `mergeLists`).
 *
 * @param keys of all documents
 */
export function listMerger(
  keys: readonly string[],
  queryCount: number,
  kPrime: number,
): ListMerger {
  const lists: (RowList | null)[] = Array.from({ length: queryCount }, () => null);
  const widened = new Set<number>();
  return {
    add: (from, packed) => {
      for (const query of packed.widened) widened.add(query);
      unpackLists(packed, (query, { rows, scores }) => {
        const known = lists[query] ?? EMPTY;
        const before = known.rows.length;
        const all = {
          rows: new Uint32Array(before + rows.length),
          scores: new Float64Array(before + rows.length),
        };
        all.rows.set(known.rows);
        all.scores.set(known.scores);
        all.scores.set(scores, before);
        for (let i = 0; i < rows.length; i++) all.rows[before + i] = from + (rows[i] as number);
        lists[query] = before === 0 ? all : keepTop(all.rows, all.scores, kPrime);
      });
    },
    finish: () => ({
      lists: lists.map((list) =>
        list === null
          ? null
          : selectTop(list.rows, list.scores, kPrime, (a, b) =>
              compareUtf8(keys[a] ?? '', keys[b] ?? ''),
            ),
      ),
      widenedQueries: widened.size,
    }),
  };
}
