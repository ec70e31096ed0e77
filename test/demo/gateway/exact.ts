import { matchesFilter } from '../../../src/corpus/filter.ts';
import type { Collection, Filter } from '../../../src/corpus/types.ts';
import { dotProduct } from '../../../src/demo/gateway/vectors.ts';
import type { Encoder } from '../../../src/embed/types.ts';

/** A document of one collection with its float64 cosine to a text. */
export interface Scored {
  readonly id: string;
  readonly collection: string;
  readonly cosine: number;
}

/** Every document that a filter accepts with its exact cosine, nearest first. */
export async function exactRanking(
  encoder: Encoder,
  collections: readonly Collection[],
  text: string,
  filter: Filter = {},
): Promise<readonly Scored[]> {
  const [query = new Float32Array()] = await encoder.embed([text], 'raw');
  const scored: Scored[] = [];
  for (const { name, documents } of collections) {
    const vectors = await encoder.embed(
      documents.map((document) => document.text),
      'raw',
    );
    documents.forEach(({ id, metadata }, i) => {
      const vector = vectors[i] ?? new Float32Array();
      const norms = Math.sqrt(dotProduct(query, query) * dotProduct(vector, vector));
      if (matchesFilter(filter, metadata)) {
        scored.push({ id, collection: name, cosine: dotProduct(query, vector) / norms });
      }
    });
  }
  return scored.sort((a, b) => b.cosine - a.cosine);
}

/**
 * The cosines that an answer's rows have in truth, and those that the exact answer has: equal within
 * a tolerance when the answer is exact up to the order of ties.
 */
export function cosinesOf(
  ranking: readonly Scored[],
  ids: readonly string[],
  k: number,
): { answered: readonly number[]; exact: readonly number[] } {
  const known = new Map(ranking.map(({ id, cosine }) => [id, cosine]));
  return {
    answered: ids.map((id) => known.get(id) ?? Number.NaN),
    exact: ranking.slice(0, k).map(({ cosine }) => cosine),
  };
}
