import type { VectorTable } from '../../record/types.ts';

/** Scores of one query with every document under a metric: higher is nearer. */
export interface ScannedScores {
  readonly scores: Float64Array;
  /** Scores closer than this are taken for a tie: what float32 arithmetic cannot tell apart. */
  readonly epsilon: number;
}

/** Share of the norms within which distances computed in float32 are not told apart. */
const FLOAT32_SHARE = 1e-6;

/** −‖x − q‖² or x·q of one query with every document, in float64. */
export function scanScores(
  documents: VectorTable,
  queries: VectorTable,
  query: number,
  metric: 'euclidean' | 'dot',
): ScannedScores {
  const { dimension, values } = documents;
  const q = queries.values.subarray(query * dimension, (query + 1) * dimension);
  const scores = new Float64Array(documents.ids.length);
  let longest = 0;
  for (let row = 0; row < scores.length; row++) {
    const x = values.subarray(row * dimension, (row + 1) * dimension);
    let product = 0;
    let square = 0;
    let apart = 0;
    for (let i = 0; i < dimension; i++) {
      const a = x[i] as number;
      const b = q[i] as number;
      product += a * b;
      square += a * a;
      apart += (a - b) * (a - b);
    }
    longest = Math.max(longest, square);
    scores[row] = metric === 'dot' ? product : -apart;
  }
  const own = q.reduce((sum, value) => sum + value * value, 0);
  const scale = metric === 'dot' ? Math.sqrt(own * longest) : own + longest;
  return { scores, epsilon: FLOAT32_SHARE * scale };
}
