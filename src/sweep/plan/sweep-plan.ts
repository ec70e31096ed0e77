import type { SelectiveFilter } from '../../corpus/selective-filters.ts';
import type { Query } from '../../corpus/types.ts';
import type { Cell } from '../../record/types.ts';
import { randomStream } from '../../stats/random.ts';

/** One backend with one set of index parameters. */
export interface SweepVariant {
  readonly label: string;
  readonly fingerprint: string;
  /** What was varied in its URL, by name. */
  readonly values: Readonly<Record<string, string>>;
  /** Name of its setting of effort; null where it has none. */
  readonly effortName: string | null;
}

/** One setting that is measured. */
export interface SweepPoint {
  /** Number of the variant. */
  readonly variant: number;
  /** Null: what the backend does by itself. */
  readonly effort: number | null;
  /** Share of the documents that the filters leave; null without filters. */
  readonly selectivity: number | null;
}

/** Filters that leave about the same share of a collection. */
export interface SweepFilters {
  readonly selectivity: number;
  readonly collection: string;
  /** Empty where its metadata has no such conditions. */
  readonly filters: readonly SelectiveFilter[];
}

/** Everything that a sweep sets out to ask. */
export interface SweepPlan {
  readonly k: number;
  readonly seed: number;
  readonly cell: Cell;
  /** Recalls that are asked for, ascending. */
  readonly targets: readonly number[];
  readonly variants: readonly SweepVariant[];
  readonly points: readonly SweepPoint[];
  readonly queryIds: readonly string[];
  readonly filters: readonly SweepFilters[];
  readonly rounds: number;
  /** Requests of a timed block, and of a slice at `concurrency`. */
  readonly requestsPerBlock: number;
  readonly concurrency: number;
}

/** Points in their order: variant by variant, selectivity by selectivity, effort ascending. */
export function sweepPoints(
  variants: readonly SweepVariant[],
  efforts: readonly number[],
  selectivities: readonly (number | null)[],
): SweepPoint[] {
  const ascending = [...new Set(efforts)].sort((a, b) => a - b);
  return variants.flatMap(({ effortName }, variant) =>
    selectivities.flatMap((selectivity) =>
      (effortName === null ? [null] : ascending).map((effort) => ({
        variant,
        effort,
        selectivity,
      })),
    ),
  );
}

/** The queries of a point: those of the plan, each under a filter of the point's selectivity where it has one. */
export function queriesOfPoint(
  { filters }: Pick<SweepPlan, 'filters'>,
  queries: readonly Query[],
  selectivity: number | null,
): Query[] {
  if (selectivity === null) return [...queries];
  return queries.flatMap((query, at) => {
    const own = filters.find(
      (entry) => entry.selectivity === selectivity && entry.collection === query.collections[0],
    );
    const chosen = own?.filters[at % own.filters.length];
    return chosen === undefined ? [] : [{ ...query, filter: chosen.filter }];
  });
}

/** One timed block of one point; all points of a round ask queries of the same numbers. */
export interface SweepBlock {
  readonly point: number;
  readonly round: number;
  /** Positions in the queries of the point, modulo their number. */
  readonly asked: readonly number[];
}

/** Timed blocks, round by round: every point once a round, each time in another order. */
export function sweepBlocks({
  seed,
  points,
  rounds,
  requestsPerBlock,
}: Pick<SweepPlan, 'seed' | 'points' | 'rounds' | 'requestsPerBlock'>): SweepBlock[] {
  const random = randomStream(seed, 'sweep');
  return Array.from({ length: rounds }, (_, round) => {
    const asked = Array.from({ length: requestsPerBlock }, () => random.below(2 ** 30));
    return random.shuffled([...points.keys()]).map((point) => ({ point, round, asked }));
  }).flat();
}
