import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFloats } from '../../../../src/corpus/import/lists/lists.ts';
import { randomOf } from '../../../../src/stats/random.ts';

const ROWS = 30_000;
const QUERIES = 300;
const DIMENSION = 64;

/** Vectors as big-ann-benchmarks has them, enough that native threads search them. */
export async function writeVectorCorpus(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const random = randomOf(7);
  const rows = (count: number) =>
    Float32Array.from({ length: count * DIMENSION }, () => random.fraction() - 0.5);
  await writeFloats(join(folder, 'base.fbin'), ROWS, DIMENSION, rows(ROWS));
  await writeFloats(join(folder, 'query.fbin'), QUERIES, DIMENSION, rows(QUERIES));
}
