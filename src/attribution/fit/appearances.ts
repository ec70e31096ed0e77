import { cosineBehind, expectedRaw, type FittedMetric, type ScoredPair } from '../replay/metric.ts';
import { cosine, type SideIndex, type Spaces } from '../replay/vectors.ts';
import type { World } from '../replay/world.ts';
import type { AttributionQuery, RankedAnswer, SideRecord } from '../types.ts';

/** One document in one answer, with the score it was given. */
export interface Appearance {
  readonly row: number;
  /** Index of the query; −1 where a document was asked by its own text, or a query that is not taken apart. */
  readonly query: number;
  /** The answer that it stands in. */
  readonly answer: RankedAnswer;
  readonly queryVector: Float32Array;
  readonly pair: ScoredPair;
}

/** Whose answers are looked at. */
export interface Seen {
  readonly world: World;
  readonly spaces: Spaces;
  readonly record: SideRecord;
  readonly side: SideIndex;
  readonly queries: readonly AttributionQuery[];
}

/** Scored appearances of documents in one side's answers to some queries. */
export function appearancesOf(seen: Seen, chosen: readonly number[]): Appearance[] {
  const { world, spaces, record, side, queries } = seen;
  const found: Appearance[] = [];
  for (const query of chosen) {
    const asked = queries[query];
    if (asked === undefined) continue;
    const queryVector = spaces.queryVector(query, side);
    const queryNorm = spaces.queryNorm(query, side);
    const cosines = spaces.cosines(query, side, side);
    const rows = new Set<number>();
    for (const answers of [record.deep, record.answers, record.exact, record.byVector]) {
      const answer = answers?.get(asked.id);
      if (answer === undefined) continue;
      for (const [row, raw] of scoredRows(world, answer)) {
        if (rows.has(row)) continue;
        rows.add(row);
        const known = row < world.corpusSize;
        const documentNorm = known ? spaces.documentNorm(row, side) : spaces.medianNorm(side);
        const value = known ? (cosines[row] ?? Number.NaN) : Number.NaN;
        found.push({
          row,
          query,
          answer,
          queryVector,
          pair: { cosine: value, queryNorm, documentNorm, raw },
        });
      }
    }
  }
  return found;
}

/** The same of answers to documents asked by their own text. */
export function censusAppearances(seen: Seen): Appearance[] {
  const { world, spaces, record, side } = seen;
  return [...record.census].flatMap(([key, answer]) => {
    const asked = world.rowOf.get(key);
    if (asked === undefined || asked >= world.corpusSize) return [];
    return askedBy(seen, spaces.asQuery(asked, side), answer);
  });
}

/** The same of the run's other queries, which are not taken apart. */
export function otherAppearances(seen: Seen): Appearance[] {
  const { spaces, record, side, queries } = seen;
  const own = new Set(queries.map(({ id }) => id));
  return [...record.answers].flatMap(([id, answer]) =>
    own.has(id) ? [] : askedBy(seen, spaces.askedVector(id, side), answer),
  );
}

function askedBy(
  { world, spaces, side }: Seen,
  queryVector: Float32Array,
  answer: RankedAnswer,
): Appearance[] {
  let square = 0;
  for (const value of queryVector) square += value * value;
  const queryNorm = Math.sqrt(square);
  return scoredRows(world, answer).flatMap(([row, raw]): Appearance[] => {
    if (row >= world.corpusSize) return [];
    const pair = {
      cosine: cosine(queryVector, spaces.documentVector(row, side)),
      queryNorm,
      documentNorm: spaces.documentNorm(row, side),
      raw,
    };
    return [{ row, query: -1, answer, queryVector, pair }];
  });
}

function scoredRows(world: World, answer: RankedAnswer): [number, number][] {
  return answer.keys.flatMap((key, rank): [number, number][] => {
    const row = world.rowOf.get(key);
    const raw = answer.scores[rank];
    return row === undefined || raw === undefined || !Number.isFinite(raw) ? [] : [[row, raw]];
  });
}

/** Whether the score is what the metric gives for the document's own vector. */
export function fits(metric: FittedMetric, { pair }: Appearance): boolean {
  return Math.abs(pair.raw - expectedRaw(metric, pair)) <= metric.tolerance;
}

/** The cosine that the returned score stands for. */
export function claimedCosine(metric: FittedMetric, { pair }: Appearance): number {
  return cosineBehind(metric, pair);
}

/** At most so many of them, evenly spread. */
export function spread<Item>(items: readonly Item[], most: number): readonly Item[] {
  const step = Math.ceil(items.length / most);
  return step <= 1 ? items : items.filter((_, at) => at % step === 0);
}
