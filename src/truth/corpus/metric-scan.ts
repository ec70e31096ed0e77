import type { CorpusMetric } from '../../corpus/types.ts';
import type { VectorTable } from '../../record/types.ts';
import type { VectorBlocks } from '../../record/vectors/vector-blocks.ts';

/** Scores of one query with every document under a metric: higher is nearer. */
export interface ScannedScores {
  /** Number of the query in its table. */
  readonly query: number;
  readonly scores: Float64Array;
  /** Scores closer than this are taken for a tie: what float32 arithmetic cannot tell apart. */
  readonly epsilon: number;
}

/** Share of the norms within which distances computed in float32 are not told apart. */
const FLOAT32_SHARE = 1e-6;

/** Scores in memory at once: 128 MiB. */
const SCORES_AT_ONCE = 1 << 24;

/**
 * The cosine, −‖x − q‖² or x·q of chosen queries with every document, in float64; the documents are read block by
 * block, once for as many queries as 128 MiB of scores allow.
 */
export async function* scanScores(
  documents: VectorBlocks,
  queries: VectorTable,
  chosen: readonly number[],
  metric: CorpusMetric,
): AsyncGenerator<ScannedScores> {
  const { dimension } = documents;
  const together = Math.max(1, Math.floor(SCORES_AT_ONCE / Math.max(1, documents.rowCount)));
  for (let first = 0; first < chosen.length; first += together) {
    const some = chosen.slice(first, first + together);
    const scores = some.map(() => new Float64Array(documents.rowCount));
    let longest = 0;
    let at = 0;
    for (const block of documents.blocks) {
      const { values, ids } = await block.read();
      longest = Math.max(longest, longestSquare(values, dimension));
      for (const [i, query] of some.entries()) {
        const q = queries.values.subarray(query * dimension, (query + 1) * dimension);
        scanBlock(values, q, metric, scores[i] ?? new Float64Array(0), at);
      }
      at += ids.length;
    }
    for (const [i, query] of some.entries()) {
      const q = queries.values.subarray(query * dimension, (query + 1) * dimension);
      const own = q.reduce((sum, value) => sum + value * value, 0);
      const scale =
        metric === 'dot' ? Math.sqrt(own * longest) : metric === 'euclidean' ? own + longest : 1;
      yield {
        query,
        scores: scores[i] ?? new Float64Array(0),
        epsilon: FLOAT32_SHARE * scale,
      };
    }
  }
}

function scanBlock(
  values: Float32Array,
  q: Float32Array,
  metric: CorpusMetric,
  scores: Float64Array,
  at: number,
): void {
  const dimension = q.length;
  const own = q.reduce((sum, value) => sum + value * value, 0);
  for (let row = 0; row * dimension < values.length; row++) {
    const x = values.subarray(row * dimension, (row + 1) * dimension);
    let product = 0;
    let apart = 0;
    let square = 0;
    for (let i = 0; i < dimension; i++) {
      const a = x[i] as number;
      const b = q[i] as number;
      product += a * b;
      apart += (a - b) * (a - b);
      square += a * a;
    }
    const cosine =
      square > 0 && own > 0 ? product / Math.sqrt(square * own) : Number.NEGATIVE_INFINITY;
    scores[at + row] = metric === 'dot' ? product : metric === 'euclidean' ? -apart : cosine;
  }
}

function longestSquare(values: Float32Array, dimension: number): number {
  let longest = 0;
  for (let from = 0; from < values.length; from += dimension) {
    let square = 0;
    for (let i = from; i < from + dimension; i++) square += (values[i] as number) ** 2;
    longest = Math.max(longest, square);
  }
  return longest;
}
