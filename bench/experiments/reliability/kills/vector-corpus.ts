import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFloats } from '../../../../src/corpus/import/lists/lists.ts';
import { randomOf } from '../../../../src/stats/random.ts';

/** Random vectors as big-ann-benchmarks has them, in a folder that `bench corpus import` reads. */
export async function writeVectors(
  folder: string,
  {
    rows,
    queries,
    dimension,
    seed,
  }: {
    readonly rows: number;
    readonly queries: number;
    readonly dimension: number;
    readonly seed: number;
  },
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const random = randomOf(seed);
  const drawn = (count: number) =>
    Float32Array.from({ length: count * dimension }, () => random.fraction() - 0.5);
  await writeFloats(join(folder, 'base.fbin'), rows, dimension, drawn(rows));
  await writeFloats(join(folder, 'query.fbin'), queries, dimension, drawn(queries));
}
