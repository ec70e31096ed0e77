import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ExactEngine, ExactInput, ExactResult } from './exact-engine.ts';
import { exactResult, prepareExact, rowsOf } from './prepare.ts';
import { QUERIES_PER_BLOCK, ROWS_PER_BLOCK, scoreBlock } from './score-block.ts';
import { selectTop } from './select.ts';

/** Multiplications between two turns of the event loop, about 50 ms. */
const WORK_PER_TURN = 5e7;

/**
 * The oracle: float64 brute force in plain JavaScript, about 10⁹ multiplications a second, on the
 * caller's thread (which it hands back every 50 ms). Needs no native library.
 */
export function float64Engine(): ExactEngine {
  return { name: 'float64', topK, close: async () => {} };
}

async function topK(input: ExactInput): Promise<ExactResult> {
  input.signal?.throwIfAborted();
  const prepared = prepareExact(input);
  const { keyRanks } = prepared;
  const { dimension } = input.documents;
  const pairs = {
    dimension,
    documents: input.documents.values,
    queries: input.queries.values,
    documentSquares: prepared.documentSquares,
    querySquares: prepared.querySquares,
  };
  const selected: ({ rows: Uint32Array; scores: Float64Array } | null)[] = input.queries.ids.map(
    () => null,
  );
  let done = 0;
  let sinceTurn = 0;
  for (const group of prepared.groups) {
    const rows = rowsOf(group.bitmap, prepared.documentSquares);
    for (let from = 0; from < group.queries.length; from += QUERIES_PER_BLOCK) {
      const queries = group.queries.slice(from, from + QUERIES_PER_BLOCK);
      const scores = queries.map(() => new Float64Array(rows.length));
      for (let row = 0; row < rows.length; row += ROWS_PER_BLOCK) {
        const block = rows.subarray(row, row + ROWS_PER_BLOCK);
        scoreBlock(pairs, block, queries, scores, row);
        sinceTurn += block.length * queries.length * dimension;
        if (sinceTurn >= WORK_PER_TURN) {
          sinceTurn = 0;
          input.onProgress?.(done / input.queries.ids.length);
          await nextTurn();
          input.signal?.throwIfAborted();
        }
      }
      queries.forEach((query, i) => {
        const list = scores[i] ?? new Float64Array(0);
        selected[query] = selectTop(
          rows,
          list,
          input.kPrime,
          (a, b) => (keyRanks[a] as number) - (keyRanks[b] as number),
        );
      });
      done += queries.length;
    }
  }
  input.onProgress?.(1);
  return exactResult({
    engine: 'float64',
    documents: input.documents,
    queries: input.queries,
    prepared,
    selected,
    widenedQueries: 0,
  });
}
