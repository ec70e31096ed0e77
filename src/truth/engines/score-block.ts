import { cosineOf, dot, dotPair } from '../cosine.ts';

/** Row-major float32 values of two tables, with the squared norms of their rows. */
export interface PairSource {
  readonly dimension: number;
  readonly documents: Float32Array;
  readonly queries: Float32Array;
  readonly documentSquares: Float64Array;
  readonly querySquares: Float64Array;
}

/** Rows and queries that stay in cache together: 128 rows of 768 float32 are 384 KiB. */
export const ROWS_PER_BLOCK = 128;
export const QUERIES_PER_BLOCK = 16;

/** Writes the exact cosine of `rows[j]` and `queries[i]`, none of them zero, to `scores[i][at + j]`. */
export function scoreBlock(
  { dimension, documents, queries: queryValues, documentSquares, querySquares }: PairSource,
  rows: Uint32Array,
  queries: readonly number[],
  scores: readonly Float64Array[],
  at: number,
): void {
  const pair = new Float64Array(2);
  const queryOf = (query: number) =>
    queryValues.subarray(query * dimension, (query + 1) * dimension);
  for (let i = 0; i < queries.length; i += 2) {
    const first = queries[i] as number;
    const second = queries[i + 1];
    const firstScores = scores[i] as Float64Array;
    const secondScores = scores[i + 1];
    const firstSquare = querySquares[first] as number;
    const firstQuery = queryOf(first);
    const secondQuery = second === undefined ? firstQuery : queryOf(second);
    for (let j = 0; j < rows.length; j++) {
      const row = rows[j] as number;
      const xx = documentSquares[row] as number;
      const x = row * dimension;
      if (second === undefined || secondScores === undefined) {
        const product = dot(documents, x, firstQuery, 0, dimension);
        firstScores[at + j] = cosineOf(product, xx, firstSquare);
        continue;
      }
      dotPair(documents.subarray(x, x + dimension), firstQuery, secondQuery, pair);
      firstScores[at + j] = cosineOf(pair[0] as number, xx, firstSquare);
      const secondSquare = querySquares[second] as number;
      secondScores[at + j] = cosineOf(pair[1] as number, xx, secondSquare);
    }
  }
}
