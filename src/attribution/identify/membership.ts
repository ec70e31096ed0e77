import type { Membership } from '../replay/model.ts';
import type { SideIndex, Spaces } from '../replay/vectors.ts';
import type { World } from '../replay/world.ts';
import type { AttributionQuery, RankedAnswer, SideRecord } from '../types.ts';
import { type Appearance, claimedCosine } from './appearances.ts';
import { cosineBehind, type FittedMetric, margin, strength } from './metric.ts';
import { findStale } from './stale.ts';

/** Membership of one side, and what was noticed on the way. */
export interface FoundMembership {
  readonly membership: Membership;
  readonly offset: readonly number[];
}

/** What finding membership and omissions needs of a side. */
export interface SideView {
  readonly world: World;
  readonly spaces: Spaces;
  readonly queries: readonly AttributionQuery[];
  readonly record: SideRecord;
  readonly side: SideIndex;
  readonly metric: FittedMetric;
}

/** Answers in which a document is nearer than the worst row returned, and yet never returned, to call it missing. */
const EXPECTED = 2;

/**
 * Which documents a side lacks, has beside the corpus, or holds with another vector.
 *
 * @param known queries that may be used to find out; the others are held out
 * @param appearances of the known queries and the census
 * @param all appearances of all queries, to know where extra and stale documents stand
 */
export function findMembership(
  view: SideView,
  known: readonly number[],
  appearances: readonly Appearance[],
  all: readonly Appearance[],
): FoundMembership {
  const { world, metric, spaces, side, record } = view;
  const { stale, offset } = findStale(metric, appearances, world.corpusSize, spaces, side);
  const returned = new Set<number>();
  for (const answers of [record.answers, record.deep, record.byVector, record.census]) {
    for (const answer of answers.values()) {
      for (const key of answer.keys) returned.add(world.rowOf.get(key) ?? -1);
    }
  }
  const extras = new Set([...returned].filter((row) => row >= world.corpusSize));
  const missing = new Set<number>();
  for (const [row, count] of expectations(view, known, returned)) {
    if (count >= EXPECTED) missing.add(row);
  }
  for (const key of record.census.keys()) {
    const row = world.rowOf.get(key);
    if (row !== undefined && !returned.has(row)) missing.add(row);
  }
  const observed = new Map<number, Map<number, number>>();
  for (const appearance of all) {
    const { row, query } = appearance;
    if (query < 0 || !(extras.has(row) || stale.has(row))) continue;
    const value = claimedCosine(metric, appearance);
    const rows = observed.get(query) ?? new Map<number, number>();
    rows.set(row, value);
    observed.set(query, rows);
  }
  return { membership: { missing, extras, stale, observed }, offset };
}

/** How often each document that was never returned should have been. */
function expectations(
  view: SideView,
  known: readonly number[],
  returned: ReadonlySet<number>,
): Map<number, number> {
  const { world, queries, record, spaces, side, metric } = view;
  const counts = new Map<number, number>();
  const absent: number[] = [];
  for (let row = 0; row < world.corpusSize; row++) if (!returned.has(row)) absent.push(row);
  if (absent.length === 0) return counts;
  for (const query of known) {
    const asked = queries[query];
    // What a filter or a merge leaves out says nothing of membership.
    if (asked === undefined || asked.filter !== null || asked.collections.length !== 1) continue;
    const answer = record.deep.get(asked.id) ?? record.answers.get(asked.id);
    const worst = worstStrength(view, query, answer);
    if (worst === null) continue;
    const cosines = spaces.cosines(query, side, side);
    const queryNorm = spaces.queryNorm(query, side);
    for (const row of absent) {
      const value = cosines[row] ?? Number.NaN;
      const own = strength(metric, value, queryNorm, spaces.documentNorm(row, side));
      if (own > worst + margin(metric, queryNorm)) counts.set(row, (counts.get(row) ?? 0) + 1);
    }
  }
  return counts;
}

/** Least rank value that a row of an answer claims; null where the answer is empty or scores say nothing. */
export function worstStrength(
  { world, spaces, side, metric }: SideView,
  query: number,
  answer: RankedAnswer | undefined,
): number | null {
  if (answer === undefined || answer.keys.length === 0) return null;
  const queryNorm = spaces.queryNorm(query, side);
  const cosines = spaces.cosines(query, side, side);
  let worst = Number.POSITIVE_INFINITY;
  for (const [rank, key] of answer.keys.entries()) {
    const row = world.rowOf.get(key) ?? -1;
    const known = row >= 0 && row < world.corpusSize;
    const documentNorm = known ? spaces.documentNorm(row, side) : spaces.medianNorm(side);
    const raw = answer.scores[rank] ?? Number.NaN;
    const value = metric.accepted
      ? cosineBehind(metric, { queryNorm, documentNorm, raw })
      : known
        ? (cosines[row] ?? Number.NaN)
        : Number.NaN;
    if (Number.isNaN(value)) continue;
    worst = Math.min(worst, strength(metric, value, queryNorm, documentNorm));
  }
  return Number.isFinite(worst) ? worst : null;
}
