import { InfrastructureError } from '../errors.ts';
import type { VectorTable } from '../record/types.ts';
import { cosineOf, dot, squaredNorms } from './cosine.ts';
import type { ExactInput, ExactResult } from './engines/exact-engine.ts';
import { float32Engine } from './engines/float32-engine.ts';
import { float64Engine } from './engines/float64-engine.ts';

/** Exact cosine of one query with one document; null where the key is unknown or a vector is zero. */
export type ExactScore = (queryIndex: number, key: string) => number | null;

/**
 * Scores any pair of query and document as the exact lists do, to the bit.
 *
 * @param documents ids are keys, `collection/id`
 * @throws UsageError for shapes that do not fit and non-finite rows (the id is named)
 */
export function exactScorer(documents: VectorTable, queries: VectorTable): ExactScore {
  const documentSquares = squaredNorms(documents, 'document');
  const querySquares = squaredNorms(queries, 'query');
  const rows = new Map(documents.ids.map((key, row) => [key, row]));
  const { dimension } = documents;
  return (queryIndex, key) => {
    const row = rows.get(key);
    const yy = querySquares[queryIndex] ?? 0;
    const xx = row === undefined ? 0 : (documentSquares[row] ?? 0);
    if (row === undefined || xx === 0 || yy === 0) return null;
    const product = dot(
      documents.values,
      row * dimension,
      queries.values,
      queryIndex * dimension,
      dimension,
    );
    return cosineOf(product, xx, yy);
  };
}

/** Multiplications from which a thread and its library are worth starting: about 0.3 s of plain JavaScript. */
const WORTH_A_THREAD = 3e8;

/**
 * Exact cosine top-k′ of every query, by the engine that suits the size; all engines give the same
 * lists to the bit, and the result names the one that was used. Where onnxruntime cannot be used,
 * large inputs take longer and nothing else changes.
 *
 * @throws UsageError as told in `ExactEngine.topK`
 */
export async function exactTopK(input: ExactInput): Promise<ExactResult> {
  const { documents, queries } = input;
  const work = documents.ids.length * queries.ids.length * documents.dimension;
  if (work < WORTH_A_THREAD) return float64Engine().topK(input);
  const engine = float32Engine();
  try {
    return await engine.topK(input);
  } catch (error) {
    if (error instanceof InfrastructureError && error.code === 'truth.float32') {
      return await float64Engine().topK(input);
    }
    throw error;
  } finally {
    await engine.close();
  }
}
