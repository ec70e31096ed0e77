import type { VectorTable } from '../../../src/record/types.ts';
import { randomOf } from '../../../src/stats/random.ts';

/**
 * Documents and queries around the same 100 random centres, as embeddings of like texts are.
 * @param lengths least and greatest factor that a row's length is drawn by, for metrics that know lengths
 */
export function clusteredTables(
  rows: number,
  queries: number,
  dimension: number,
  seed: number,
  lengths: readonly [least: number, greatest: number] = [1, 1],
): { documents: VectorTable; queries: VectorTable } {
  const normal = gaussian(seed);
  const drawn = randomOf(seed + 1);
  const between = (least: number, greatest: number) =>
    least + ((greatest - least) * drawn.bits32()) / 2 ** 32;
  const centres = Array.from({ length: 100 }, () =>
    Float32Array.from({ length: dimension }, normal),
  );
  const table = (prefix: string, count: number): VectorTable => {
    const values = new Float32Array(count * dimension);
    for (let row = 0; row < count; row++) {
      const centre = centres[row % centres.length] as Float32Array;
      const factor = lengths[0] === lengths[1] ? 1 : between(...lengths);
      for (let i = 0; i < dimension; i++) {
        values[row * dimension + i] = factor * ((centre[i] as number) + 0.7 * normal());
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
