import { mean } from '../../../stats/moments.ts';
import { type Appearance, claimedCosine, fits } from '../../fit/appearances.ts';
import { cosineBehind } from '../../replay/metric.ts';
import type { Membership } from '../../replay/model.ts';
import type { RankedAnswer } from '../../types.ts';
import { censusLossRate } from './census-loss.ts';
import { above, answeredRows, dueRows, type SideView, worstStrength } from './due.ts';
import { type ForeignIds, foreignIds } from './foreign.ts';
import { findStale } from './stale.ts';

/** Membership of one side, and what was noticed on the way. */
export interface FoundMembership {
  readonly membership: Membership;
  /** Ids of another writing or another store; null where there are none. */
  readonly foreign: ForeignIds | null;
  readonly offset: readonly number[];
  /** Rows that an answer shows with a score that fits: they are in the index, with the vector that they should have. */
  readonly shown: ReadonlySet<number>;
  /** Rows that no question brought up, where the index is seen not to find rows that it holds. */
  readonly unreached: ReadonlySet<number>;
  /** Mean share of the due rows of a plain answer, or of the census without one, left out though they are in the index. */
  readonly lossRate: number;
}

/** Answers in which a document is nearer than the worst row returned, and yet never returned, to call it missing. */
const EXPECTED = 2;
/** How many times the scatter of codes a document must stand above what was returned for its own text. */
const BEYOND = 3;
/** Chance below which an index that loses rows would have kept a document from all of them. */
const UNLIKELY = 1e-3;

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
  const returned = new Set<number>(rowsListed(view));
  for (const answers of answersOf(record)) {
    for (const answer of answers.values()) {
      for (const key of answer.keys) returned.add(world.rowOf.get(key) ?? -1);
    }
  }
  const beside = new Set([...returned].filter((row) => row >= world.corpusSize));
  const foreign = foreignIds(view, beside, returned);
  const extras = foreign === null ? beside : new Set<number>();
  const shown = new Set<number>([...rowsListed(view), ...rowsOfUnscored(view)]);
  for (const appearance of [...appearances, ...all]) {
    if (fits(metric, appearance)) shown.add(appearance.row);
  }
  const { rates, absences } = expectations(view, known, returned, shown);
  const lossRate = mean(rates) ?? censusLossRate(view, appearances, shown) ?? 0;
  // Codes that are not known may put others before a document that is asked by its own text.
  const told = metric.scatter === 0 || record.listed !== undefined;
  const missing = new Set<number>();
  for (const [row, count] of absences) {
    if (count < EXPECTED || lossRate ** count >= UNLIKELY) continue;
    if (told || isPassedOver(view, row)) missing.add(row);
  }
  const unfound = told ? unfoundRows(view, returned) : new Set<number>();
  const reach = { unfound, returned, lossRate };
  const unreached = isOutOfReach(view, reach) ? unfound : new Set<number>();
  for (const row of unfound) if (!unreached.has(row)) missing.add(row);
  for (const row of unreached) missing.delete(row);
  const observed = new Map<number, Map<number, number>>();
  for (const appearance of all) {
    const { row, query } = appearance;
    if (query < 0 || !(extras.has(row) || stale.has(row))) continue;
    const value = claimedCosine(metric, appearance);
    const rows = observed.get(query) ?? new Map<number, number>();
    rows.set(row, value);
    observed.set(query, rows);
  }
  const membership = { missing, extras, stale, observed };
  return { membership, foreign, offset, shown, unreached, lossRate };
}

/** Whether the answer to a document's own text goes on to rows that no code of the document could stand below. */
function isPassedOver({ world, record, spaces, side, metric }: SideView, row: number): boolean {
  const answer = record.census.get(world.keys[row] ?? '');
  const queryNorm = spaces.documentNorm(row, side);
  const claimed = (answer?.keys ?? []).map((key, rank) => {
    const documentNorm = spaces.documentNorm(world.rowOf.get(key) ?? -1, side);
    return cosineBehind(metric, {
      queryNorm,
      documentNorm,
      raw: answer?.scores[rank] ?? Number.NaN,
    });
  });
  return claimed.length > 0 && Math.min(...claimed) < 1 - BEYOND * metric.scatter;
}

/** Rows that no answer shows though they were asked by their own text, or that are not in a listing. */
function unfoundRows({ world, record }: SideView, returned: ReadonlySet<number>): Set<number> {
  const asked = record.listed === undefined ? record.census.keys() : world.keys;
  const rows = [...asked].flatMap((key) => world.rowOf.get(key) ?? []);
  return new Set(rows.filter((row) => row < world.corpusSize && !returned.has(row)));
}

/** Rows that are there and are not found by their own text, for each that is not found at all, to doubt its absence. */
const DOUBTED = 1 / 4;

/**
 * Whether rows that were not found may be beyond the reach of an index that holds them: it does not find others by
 * their own text that answers to other questions show, or it loses due rows at least as often as rows are not found.
 * A listing decides where there is one.
 */
function isOutOfReach(
  { world, record }: SideView,
  how: {
    readonly unfound: ReadonlySet<number>;
    readonly returned: ReadonlySet<number>;
    readonly lossRate: number;
  },
): boolean {
  if (record.listed !== undefined || record.census.size === 0) return false;
  let missed = 0;
  for (const [key, answer] of record.census) {
    const row = world.rowOf.get(key);
    if (row !== undefined && how.returned.has(row) && !answer.keys.includes(key)) missed += 1;
  }
  const { size } = how.unfound;
  return (
    (missed >= EXPECTED && missed >= DOUBTED * size) || how.lossRate >= size / record.census.size
  );
}

/** All answers of a side, whatever they were asked for. */
function answersOf(record: SideView['record']): ReadonlyMap<string, RankedAnswer>[] {
  const { answers, deep, exact, byVector, census } = record;
  return [answers, deep, byVector, census, ...(exact === undefined ? [] : [exact])];
}

function rowsListed({ record, world }: SideView): number[] {
  return [...(record.listed ?? [])].flatMap((key) => world.rowOf.get(key) ?? []);
}

/** Rows of an exact search by other vectors than the index compares: it finds what is stored. */
function rowsOfUnscored({ record, world }: SideView): number[] {
  return [...(record.exact?.values() ?? [])].flatMap(({ keys, scores }) =>
    scores.length === 0 ? keys.flatMap((key) => world.rowOf.get(key) ?? []) : [],
  );
}

/** How often each document that was never returned should have been, and what share of the due rows each plain answer left out. */
function expectations(
  view: SideView,
  known: readonly number[],
  returned: ReadonlySet<number>,
  shown: ReadonlySet<number>,
): { readonly absences: ReadonlyMap<number, number>; readonly rates: readonly number[] } {
  const { world, queries, record } = view;
  const absences = new Map<number, number>();
  const rates: number[] = [];
  for (const query of known) {
    const asked = queries[query];
    // What a filter or a merge leaves out says nothing of membership.
    if (asked === undefined || asked.filter !== null || asked.collections.length !== 1) continue;
    const longer = record.deep.get(asked.id);
    for (const answer of [record.answers.get(asked.id), longer]) {
      const worst = worstStrength(view, query, answer);
      if (worst === null) continue;
      const got = answeredRows(world, answer);
      let lost = 0;
      for (const row of dueRows(view, query, above(worst), got, () => true)) {
        if (shown.has(row)) lost += 1;
        else if (!returned.has(row) && (longer === undefined || answer === longer)) {
          absences.set(row, (absences.get(row) ?? 0) + 1);
        }
      }
      rates.push(lost / (lost + got.size));
    }
  }
  return { absences, rates };
}
