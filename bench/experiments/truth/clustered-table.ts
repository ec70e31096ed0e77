import type { VectorTable } from '../../../src/record/types.ts';
import { randomOf } from '../../../src/stats/random.ts';

/** Documents and queries around the same 100 random centres, as embeddings of like texts are. */
export function clusteredTables(
  rows: number,
  queries: number,
  dimension: number,
  seed: number,
): { documents: VectorTable; queries: VectorTable } {
  const normal = gaussian(seed);
  const centres = Array.from({ length: 100 }, () =>
    Float32Array.from({ length: dimension }, normal),
  );
  const table = (prefix: string, count: number): VectorTable => {
    const values = new Float32Array(count * dimension);
    for (let row = 0; row < count; row++) {
      const centre = centres[row % centres.length] as Float32Array;
      for (let i = 0; i < dimension; i++) {
        values[row * dimension + i] = (centre[i] as number) + 0.7 * normal();
      }
    }
    const ids = Array.from({ length: count }, (_, row) => `c/${prefix}-${row}`);
    return { ids, dimension, values };
  };
  return { documents: table('d', rows), queries: table('q', queries) };
}

function gaussian(seed: number): () => number {
  const random = randomOf(seed);
  const uniform = () => (random.bits32() + 0.5) / 2 ** 32;
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
