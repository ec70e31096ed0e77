import type { VectorWriter } from '../../../src/record/vectors/vector-writer.ts';
import { type Random, randomOf } from '../../../src/stats/random.ts';

const CENTRES = 1000;
const SPREAD = 0.7;
/** Normal numbers that noise is cut from; two cuts at drawn places are added, so that no two rows share theirs. */
const POOL = 1 << 20;
const ROWS_AT_ONCE = 5000;

/** Draws rows around fixed centres, as embeddings lie: a centre, and normal noise of 0.7 a component. */
export interface ClusteredRows {
  /** So many more rows, row-major. */
  readonly next: (count: number) => Float32Array;
}

/** A source of clustered rows; equal seeds give equal rows. */
export function clusteredRows(dimension: number, seed: number): ClusteredRows {
  const normal = gaussian(randomOf(1));
  const centres = Float32Array.from({ length: CENTRES * dimension }, normal);
  const pool = Float32Array.from({ length: POOL }, () => (normal() * SPREAD) / Math.SQRT2);
  const random = randomOf(seed);
  const draw = (below: number) => random.bits32() % below;
  return {
    next: (count) => {
      const values = new Float32Array(count * dimension);
      for (let row = 0; row < count; row++) {
        const at = row * dimension;
        const centre = draw(CENTRES) * dimension;
        const a = draw(POOL - dimension);
        const b = draw(POOL - dimension);
        for (let i = 0; i < dimension; i++) {
          values[at + i] =
            (centres[centre + i] as number) + (pool[a + i] as number) + (pool[b + i] as number);
        }
      }
      return values;
    },
  };
}

/** Writes clustered documents (`documents/0` …) and queries (`0` …) as the vectors of a corpus. */
export async function writeClusteredVectors(
  writer: VectorWriter,
  size: { readonly rows: number; readonly queries: number; readonly dimension: number },
): Promise<void> {
  for (const [role, prefix, count, seed] of [
    ['documents', 'documents/', size.rows, 2],
    ['queries', '', size.queries, 3],
  ] as const) {
    const rows = clusteredRows(size.dimension, seed);
    for (let from = 0; from < count; from += ROWS_AT_ONCE) {
      const some = Math.min(ROWS_AT_ONCE, count - from);
      const ids = Array.from({ length: some }, (_, i) => `${prefix}${from + i}`);
      await writer.add(role, ids, size.dimension, rows.next(some));
    }
  }
  await writer.end('clustered, synthetic');
}

function gaussian(random: Random): () => number {
  const uniform = () => (random.bits32() + 0.5) / 2 ** 32;
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
