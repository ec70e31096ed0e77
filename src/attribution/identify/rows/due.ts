import { cosineBehind, type FittedMetric, margin, strength } from '../../replay/metric.ts';
import type { SideIndex, Spaces } from '../../replay/vectors.ts';
import type { World } from '../../replay/world.ts';
import type { AttributionQuery, RankedAnswer, SideRecord } from '../../types.ts';

/** One side with the metric that it ranks by. */
export interface SideView {
  readonly world: World;
  readonly spaces: Spaces;
  readonly queries: readonly AttributionQuery[];
  readonly record: SideRecord;
  readonly side: SideIndex;
  readonly metric: FittedMetric;
  /** Cosines behind scores, by query and row, where the codes that gave them are not known; null elsewhere. */
  readonly seen: ReadonlyMap<number, ReadonlyMap<number, number>> | null;
}

/** Rank value of a row: by its score where codes are not known and one was seen, by its vector elsewhere. */
export function strengthOf(view: SideView, query: number, row: number): number {
  const { spaces, side, metric, seen } = view;
  const cosine = seen?.get(query)?.get(row) ?? spaces.cosines(query, side, side)[row] ?? Number.NaN;
  return strength(metric, cosine, spaces.queryNorm(query, side), spaces.documentNorm(row, side));
}

/** Least rank value that a row of an answer claims; null where the answer is empty or scores say nothing. */
export function worstStrength(
  view: SideView,
  query: number,
  answer: RankedAnswer | undefined,
): number | null {
  if (answer === undefined || answer.keys.length === 0) return null;
  const { world, spaces, side, metric } = view;
  const queryNorm = spaces.queryNorm(query, side);
  let worst = Number.POSITIVE_INFINITY;
  for (const [rank, key] of answer.keys.entries()) {
    const row = world.rowOf.get(key) ?? -1;
    const known = row >= 0 && row < world.corpusSize;
    const documentNorm = known ? spaces.documentNorm(row, side) : spaces.medianNorm(side);
    const raw = answer.scores[rank] ?? Number.NaN;
    const value = metric.accepted
      ? strength(
          metric,
          cosineBehind(metric, { queryNorm, documentNorm, raw }),
          queryNorm,
          documentNorm,
        )
      : known
        ? strengthOf(view, query, row)
        : Number.NaN;
    if (!Number.isNaN(value)) worst = Math.min(worst, value);
  }
  return Number.isFinite(worst) ? worst : null;
}

/** What a row must stand above to be due: by a score of its own that was seen, or by its vector. */
export interface DueBounds {
  readonly seen: number;
  readonly unseen: number;
}

/**
 * Rows that stand above a bound by more than noise and are not in the answer, by row.
 * @param accepts which rows may be in the answer at all
 */
export function dueRows(
  view: SideView,
  query: number,
  { seen: bound, unseen }: DueBounds,
  got: ReadonlySet<number>,
  accepts: (row: number) => boolean,
): number[] {
  const { world, spaces, side, metric, queries, seen } = view;
  const queryNorm = spaces.queryNorm(query, side);
  const cosines = spaces.cosines(query, side, side);
  const scores = seen?.get(query);
  const least = unseen + margin(metric, queryNorm);
  const due: number[] = [];
  for (const name of queries[query]?.collections ?? []) {
    const [from, to] = world.ranges.get(name) ?? [0, 0];
    for (let row = from; row < to; row++) {
      const score = scores?.get(row);
      const value = strength(
        metric,
        score ?? cosines[row] ?? Number.NaN,
        queryNorm,
        spaces.documentNorm(row, side),
      );
      // A score that was seen is off by nothing.
      if (!(value > (score === undefined ? least : bound + 1e-9))) continue;
      if (!got.has(row) && accepts(row)) due.push(row);
    }
  }
  return due;
}

/** One bound for all rows. */
export function above(bound: number): DueBounds {
  return { seen: bound, unseen: bound };
}

/** Rows of an answer. */
export function answeredRows(world: World, answer: RankedAnswer | undefined): Set<number> {
  return new Set((answer?.keys ?? []).map((key) => world.rowOf.get(key) ?? -1));
}
