import { randomOf } from '../../stats/random.ts';

/** A band of how often needs are asked. */
interface Stratum {
  readonly name: string;
  /** Most requests of a need in it. */
  readonly most: number;
}

/** Bands of about equal width in the logarithm, the rare ones first. */
export const STRATA: readonly Stratum[] = [
  { name: 'asked once', most: 1 },
  { name: 'asked 2–3 times', most: 3 },
  { name: 'asked 4–9 times', most: 9 },
  { name: 'asked 10–99 times', most: 99 },
  { name: 'asked 100 times or more', most: Number.POSITIVE_INFINITY },
];

/** Name of the band of a need that was asked so often. */
export function stratumOf(count: number): string {
  return STRATA.find(({ most }) => count <= most)?.name ?? '';
}

/**
 * Indices of the needs of a stratified sample, in rising order: the bands get equal shares of `size`, and what a band
 * cannot use goes to the others, so that frequent and rare needs are both there; seeded draws within a band.
 */
export function stratifiedSample(counts: readonly number[], size: number, seed: number): number[] {
  const groups = Map.groupBy(counts.keys(), (index) => stratumOf(counts[index] ?? 0));
  const shares = sharesOf(
    [...groups.values()].map((group) => group.length),
    size,
  );
  const random = randomOf(seed);
  const chosen = [...groups.values()].flatMap((group, at) => {
    const share = shares[at] ?? 0;
    for (let place = 0; place < share; place++) {
      const other = random.integer(place, group.length - 1);
      const value = group[place] ?? 0;
      group[place] = group[other] ?? 0;
      group[other] = value;
    }
    return group.slice(0, share);
  });
  return chosen.toSorted((a, b) => a - b);
}

/** How many of each group are taken, where the smallest are filled first. */
function sharesOf(sizes: readonly number[], total: number): number[] {
  const shares = sizes.map(() => 0);
  let left = Math.min(
    total,
    sizes.reduce((sum, value) => sum + value, 0),
  );
  const order = [...sizes.keys()].sort((a, b) => (sizes[a] ?? 0) - (sizes[b] ?? 0));
  for (const [at, group] of order.entries()) {
    const share = Math.min(sizes[group] ?? 0, Math.floor(left / (order.length - at)));
    shares[group] = share;
    left -= share;
  }
  return shares;
}
