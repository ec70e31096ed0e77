import type { PackedLists } from './protocol.ts';
import type { RowList, ShardAnswer } from './shard.ts';

/** Puts the lists of many queries into four arrays. */
export function packLists({ lists, widened }: ShardAnswer): PackedLists {
  const total = [...lists.values()].reduce((sum, { rows }) => sum + rows.length, 0);
  const rows = new Uint32Array(total);
  const scores = new Float64Array(total);
  let at = 0;
  for (const list of lists.values()) {
    rows.set(list.rows, at);
    scores.set(list.scores, at);
    at += list.rows.length;
  }
  return {
    queries: Uint32Array.from(lists.keys()),
    lengths: Uint32Array.from(lists.values(), (list) => list.rows.length),
    rows,
    scores,
    widened,
  };
}

/** Calls back with every packed list, as views. */
export function unpackLists(
  { queries, lengths, rows, scores }: PackedLists,
  each: (query: number, list: RowList) => void,
): void {
  let at = 0;
  queries.forEach((query, i) => {
    const end = at + (lengths[i] as number);
    each(query, { rows: rows.subarray(at, end), scores: scores.subarray(at, end) });
    at = end;
  });
}
