import hnswlib from 'hnswlib-node';
import { randomStream } from '../../../src/stats/random.ts';

const DIMENSION = 24;
const ROWS = 1_200;
const QUERIES = 2_500;
const K = 10;

/** Recall@10 of every query of a population, by one build of an index. */
export type BuildRecalls = Float64Array;

/** Two settings of one engine: several builds of each, over the same rows. */
export interface HnswBuilds {
  readonly good: readonly BuildRecalls[];
  readonly poor: readonly BuildRecalls[];
}

let made: HnswBuilds | null = null;

/** The builds, made once: M = 8 searched at 48 and at 26, six builds of either with other random levels. */
export function hnswBuilds(): HnswBuilds {
  if (made !== null) return made;
  const random = randomStream(1, 'hnsw builds');
  const centres = Array.from({ length: 40 }, () => drawn(() => random.normal()));
  const near = () => {
    const centre = random.pick(centres);
    return unit(centre.map((value) => value + 0.9 * random.normal()));
  };
  const rows = Array.from({ length: ROWS }, near);
  const queries = Array.from({ length: QUERIES }, near);
  const exact = queries.map((query) => {
    const scores = rows.map((row, at) => ({ at, score: dot(query, row) }));
    return new Set(
      scores
        .sort((a, b) => b.score - a.score)
        .slice(0, K)
        .map(({ at }) => at),
    );
  });
  const builds = (ef: number) =>
    [1, 2, 3, 4, 5, 6].map((seed) => recalls(rows, queries, exact, { ef, seed }));
  made = { good: builds(48), poor: builds(26) };
  return made;
}

function recalls(
  rows: readonly number[][],
  queries: readonly number[][],
  exact: readonly ReadonlySet<number>[],
  { ef, seed }: { readonly ef: number; readonly seed: number },
): BuildRecalls {
  const index = new hnswlib.HierarchicalNSW('ip', DIMENSION);
  index.initIndex(rows.length, 8, 60, seed);
  for (const [at, row] of rows.entries()) index.addPoint(row, at);
  index.setEf(ef);
  return Float64Array.from(queries, (query, at) => {
    const { neighbors } = index.searchKnn(query, K);
    return neighbors.filter((row) => exact[at]?.has(row) === true).length / K;
  });
}

function drawn(draw: () => number): number[] {
  return Array.from({ length: DIMENSION }, draw);
}

function unit(vector: number[]): number[] {
  const norm = Math.sqrt(dot(vector, vector));
  return vector.map((value) => value / norm);
}

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}
