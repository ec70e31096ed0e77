import type { VectorTable } from '../../src/record/types.ts';

/** A table from rows as people write them. */
export function table(rows: Readonly<Record<string, readonly number[]>>): VectorTable {
  const ids = Object.keys(rows);
  const dimension = ids.length === 0 ? 0 : (rows[ids[0] ?? '']?.length ?? 0);
  return { ids, dimension, values: Float32Array.from(Object.values(rows).flat()) };
}

/** A table of n rows with ids `c/w-0` … in that order. */
export function numbered(rows: readonly (readonly number[])[], dimension: number): VectorTable {
  return {
    ids: rows.map((_, row) => `c/w-${row}`),
    dimension,
    values: Float32Array.from(rows.flat()),
  };
}

/** Compares UTF-8 bytes the slow way. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/**
 * The definition, written as plainly as it can be: lanes by index mod 4, every pair scored alone, a
 * full sort, then the cut widened to the tie group.
 */
export function naiveTopK(
  documents: VectorTable,
  queries: VectorTable,
  kPrime: number,
  allowed: (query: number, row: number) => boolean = () => true,
): { keys: string[]; scores: number[] }[] {
  const d = documents.dimension;
  const product = (x: Float32Array, i: number, y: Float32Array, j: number) => {
    const lanes = [0, 0, 0, 0];
    for (let t = 0; t < d; t++) {
      lanes[t % 4] = (lanes[t % 4] ?? 0) + (x[i * d + t] ?? 0) * (y[j * d + t] ?? 0);
    }
    return (lanes[0] ?? 0) + (lanes[1] ?? 0) + ((lanes[2] ?? 0) + (lanes[3] ?? 0));
  };
  return queries.ids.map((_, q) => {
    const yy = product(queries.values, q, queries.values, q);
    const scored = documents.ids.flatMap((key, row) => {
      const xx = product(documents.values, row, documents.values, row);
      if (xx === 0 || yy === 0 || !allowed(q, row)) return [];
      const dot = product(documents.values, row, queries.values, q);
      return [{ key, score: Math.sign(dot) * Math.min(1, Math.sqrt(dot ** 2 / (xx * yy))) + 0 }];
    });
    scored.sort((a, b) => b.score - a.score || byBytes(a.key, b.key));
    const threshold = scored[kPrime - 1]?.score ?? Number.NEGATIVE_INFINITY;
    const kept = scored.filter(({ score }) => threshold - score <= 1e-6);
    return { keys: kept.map(({ key }) => key), scores: kept.map(({ score }) => score) };
  });
}

/** Clustered rows, as embeddings are: `clusters` random centres, each row a centre and a little noise. */
export function clustered(
  random: () => number,
  count: number,
  dimension: number,
  clusters: number,
): number[][] {
  const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const centres = Array.from({ length: clusters }, () => Array.from({ length: dimension }, gauss));
  return Array.from({ length: count }, (_, i) => {
    const centre = centres[i % clusters] ?? [];
    return centre.map((value) => value + 0.7 * gauss());
  });
}

/** A small seeded generator (mulberry32), values in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
