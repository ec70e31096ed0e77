import type { SideModel } from '../replay/model.ts';
import { type Replayer, replay, wholly } from '../replay/replay.ts';
import { type Appearance, fits } from './appearances.ts';
import { type SideView, worstStrength } from './membership.ts';
import { margin, strength } from './metric.ts';

/** Rows that a side's index did not find, by query. */
export interface Omissions {
  readonly omitted: ReadonlyMap<number, ReadonlySet<number>>;
  /** Rows that were left out and could not be shown to be in the index: they explain nothing. */
  readonly unverified: number;
}

/**
 * Finds what an index left out: rows that by the side's own metric stand above the worst row returned, and
 * were not returned. Each must be there at k′ or by the query's own vector with a score that fits the metric,
 * and so must be the score of every row of the answer: what cannot be verified is not copied.
 */
export function findOmissions(
  view: SideView,
  context: Replayer,
  models: readonly [SideModel, SideModel],
  appearances: readonly Appearance[],
): Omissions {
  const { queries, record, world, spaces, side, metric } = view;
  const omitted = new Map<number, Set<number>>();
  let unverified = 0;
  if (!metric.accepted) return { omitted, unverified };
  const fitting = new Map<number, { good: Set<number>; bad: boolean }>();
  for (const appearance of appearances) {
    if (appearance.query < 0) continue;
    const entry = fitting.get(appearance.query) ?? { good: new Set(), bad: false };
    const stale = models[side].membership.stale.has(appearance.row);
    const extra = appearance.row >= world.corpusSize;
    if (stale || extra || fits(metric, appearance)) entry.good.add(appearance.row);
    else entry.bad = true;
    fitting.set(appearance.query, entry);
  }
  for (const [query, asked] of queries.entries()) {
    const answer = record.answers.get(asked.id);
    const worst = worstStrength(view, query, answer);
    const scored = fitting.get(query);
    if (answer === undefined || worst === null || scored === undefined) continue;
    const got = new Set(answer.keys.map((key) => world.rowOf.get(key) ?? -1));
    const there = new Set(
      [record.deep.get(asked.id), record.byVector.get(asked.id)].flatMap((other) =>
        (other?.keys ?? []).map((key) => world.rowOf.get(key) ?? -1),
      ),
    );
    const cosines = spaces.cosines(query, side, side);
    const queryNorm = spaces.queryNorm(query, side);
    for (const row of replay(context, models, wholly(side), query, Math.max(4 * context.k, 50))) {
      if (got.has(row) || row >= world.corpusSize) continue;
      // Where such a row stands is known less exactly than the omission would have to be.
      if (models[side].membership.stale.has(row)) continue;
      const value = strength(
        metric,
        cosines[row] ?? Number.NaN,
        queryNorm,
        spaces.documentNorm(row, side),
      );
      if (!(value > worst + margin(metric, queryNorm))) continue;
      if (scored.bad || !there.has(row) || !scored.good.has(row)) {
        unverified += 1;
        continue;
      }
      const rows = omitted.get(query) ?? new Set<number>();
      rows.add(row);
      omitted.set(query, rows);
    }
  }
  return { omitted, unverified };
}
