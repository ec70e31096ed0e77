import type { RowList } from './pool/shard.ts';
import { type PairSource, QUERIES_PER_BLOCK, ROWS_PER_BLOCK, scoreBlock } from './score-block.ts';
import { keepTop } from './select.ts';

/** Scores every given row for every given query in float64 and stores the lists. */
export function bruteForce(
  pairs: PairSource,
  rows: Uint32Array,
  queries: readonly number[],
  kPrime: number,
  lists: Map<number, RowList>,
): void {
  for (let from = 0; from < queries.length; from += QUERIES_PER_BLOCK) {
    const some = queries.slice(from, from + QUERIES_PER_BLOCK);
    const scores = some.map(() => new Float64Array(rows.length));
    for (let row = 0; row < rows.length; row += ROWS_PER_BLOCK) {
      scoreBlock(pairs, rows.subarray(row, row + ROWS_PER_BLOCK), some, scores, row);
    }
    some.forEach((query, i) => {
      lists.set(query, keepTop(rows, scores[i] ?? new Float64Array(0), kPrime));
    });
  }
}
