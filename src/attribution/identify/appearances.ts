import { cosine, type SideIndex, type Spaces } from '../replay/vectors.ts';
import type { World } from '../replay/world.ts';
import type { AttributionQuery, RankedAnswer, SideRecord } from '../types.ts';
import { cosineBehind, expectedRaw, type FittedMetric, type ScoredPair } from './metric.ts';

/** One document in one answer, with the score it was given. */
export interface Appearance {
  readonly row: number;
  /** Index of the query; −1 where a document was asked by its own text. */
  readonly query: number;
  readonly queryVector: Float32Array;
  readonly pair: ScoredPair;
}

/** Scored appearances of documents in one side's answers to some queries and, where wanted, to the census. */
export function appearancesOf(
  world: World,
  spaces: Spaces,
  record: SideRecord,
  side: SideIndex,
  queries: readonly AttributionQuery[],
  chosen: readonly number[],
  withCensus: boolean,
): Appearance[] {
  const found: Appearance[] = [];
  for (const query of chosen) {
    const asked = queries[query];
    if (asked === undefined) continue;
    const queryVector = spaces.queryVector(query, side);
    const queryNorm = spaces.queryNorm(query, side);
    const cosines = spaces.cosines(query, side, side);
    const seen = new Set<number>();
    for (const answers of [record.deep, record.answers, record.byVector]) {
      for (const [row, raw] of scoredRows(world, answers.get(asked.id))) {
        if (seen.has(row)) continue;
        seen.add(row);
        const documentNorm =
          row < world.corpusSize ? spaces.documentNorm(row, side) : spaces.medianNorm(side);
        const value = row < world.corpusSize ? (cosines[row] ?? Number.NaN) : Number.NaN;
        found.push({
          row,
          query,
          queryVector,
          pair: { cosine: value, queryNorm, documentNorm, raw },
        });
      }
    }
  }
  if (withCensus) found.push(...censusAppearances(world, spaces, record, side));
  return found;
}

function censusAppearances(
  world: World,
  spaces: Spaces,
  record: SideRecord,
  side: SideIndex,
): Appearance[] {
  const found: Appearance[] = [];
  for (const [key, answer] of record.census) {
    const asked = world.rowOf.get(key);
    if (asked === undefined || asked >= world.corpusSize) continue;
    const queryVector = spaces.documentVector(asked, side);
    const queryNorm = spaces.documentNorm(asked, side);
    for (const [row, raw] of scoredRows(world, answer)) {
      if (row >= world.corpusSize) continue;
      found.push({
        row,
        query: -1,
        queryVector,
        pair: {
          cosine: cosine(queryVector, spaces.documentVector(row, side)),
          queryNorm,
          documentNorm: spaces.documentNorm(row, side),
          raw,
        },
      });
    }
  }
  return found;
}

function scoredRows(world: World, answer: RankedAnswer | undefined): [number, number][] {
  return (answer?.keys ?? []).flatMap((key, rank): [number, number][] => {
    const row = world.rowOf.get(key);
    const raw = answer?.scores[rank];
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
