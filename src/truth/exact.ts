import type { VectorTable } from '../record/types.ts';
import { cosineOf, dot, squaredNorms } from './cosine.ts';
import { float32Engine, int8Engine, wasmEngine } from './engines/engines.ts';
import type { ExactEngine, ExactInput, ExactResult, PassedOver } from './engines/exact-engine.ts';
import { firstUsable } from './engines/first-usable.ts';
import type { PoolOptions } from './engines/pool/pooled-engine.ts';

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

/** Multiplications from which threads and their library are worth starting: about 0.3 s of plain JavaScript. */
export const WORTH_THREADS = 3e8;

/** Engines by speed, each with what it needs less than the one before. */
export const ENGINES_BY_SPEED = [int8Engine, float32Engine, wasmEngine];

/**
 * Exact cosine top-k′ of every query, by the engine that suits the size and this machine; all engines
 * give the same lists to the bit, and the result names the one that was used.
 *
 * Small inputs are scored in float64 at once. For others the engines are tried by speed: int8, float32
 * (both need onnxruntime), WebAssembly, float64. One that cannot be started, fails its self-test or
 * fails in its work is passed over, and the result says why.
 *
 * @throws UsageError as told in `ExactEngine.topK`
 */
export function exactTopK(input: ExactInput): Promise<ExactResult> {
  const { documents, queries } = input;
  const work = documents.ids.length * queries.ids.length * documents.dimension;
  return topKByFirst(enginesFor(work), input);
}

/**
 * The engine for many searches of so many multiplications together: as `exactTopK` chooses, started once.
 *
 * @param onPassedOver told of each engine that cannot be used
 * @param options threads: as many as there are cores where nothing is said
 */
export function steadyEngine(
  work: number,
  onPassedOver?: (one: PassedOver) => void,
  options: Pick<PoolOptions, 'threads'> = {},
): ExactEngine {
  return firstUsable(
    enginesFor(work).map((open) => () => open(options)),
    onPassedOver,
  );
}

function enginesFor(work: number): readonly ((options?: PoolOptions) => ExactEngine)[] {
  return work < WORTH_THREADS ? [] : ENGINES_BY_SPEED;
}

/** Asks the first engine that can be used; `float64` always can. */
export async function topKByFirst(
  engines: readonly (() => ExactEngine)[],
  input: ExactInput,
): Promise<ExactResult> {
  const passedOver: PassedOver[] = [];
  const engine = firstUsable(engines, (one) => passedOver.push(one));
  try {
    const result = await engine.topK(input);
    return passedOver.length === 0 ? result : { ...result, passedOver };
  } finally {
    await engine.close();
  }
}
