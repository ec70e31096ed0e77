import type { Query } from '../../corpus/types.ts';

const WORDS = 6;

/**
 * Texts that no run has seen: words of the corpus's own queries in a new order, with a random number. Made-up
 * words alone would all embed alike, and equal answers would then be no sign of a cache.
 */
export function nonceQueries(
  queries: readonly Query[],
  count: number,
  /** Whole numbers from 0 to below `limit`; from a source that never repeats between runs. */
  random: (limit: number) => number,
): Query[] {
  const words = [...new Set(queries.flatMap(({ text }) => text.split(/\s+/)))].filter(
    (word) => word !== '',
  );
  // Where and how a known query is searched, a side can search.
  const { collections = [''], filter } =
    queries.find((query) => query.filter === undefined) ?? queries[0] ?? {};
  return Array.from({ length: count }, (_, index) => {
    const picked = Array.from({ length: WORDS }, () => words[random(words.length)] ?? '');
    const id = `nonce-${index}-${random(2 ** 32).toString(36)}`;
    return {
      id,
      need: id,
      text: [...picked, random(1e9)].join(' '),
      slices: [],
      collections,
      ...(filter === undefined ? {} : { filter }),
    };
  });
}
