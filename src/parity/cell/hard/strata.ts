import type { DocumentKey } from '../../../corpus/document-key.ts';
import { ARMS_OF } from '../../../record/side-of-arm.ts';
import { benjaminiHochbergAdjusted } from '../../../stats/decisions/multiple-comparisons.ts';
import { notAboveThresholdP } from '../../../stats/intervals/bounded-mean-bound.ts';
import { quantileType7OfSorted, sorted } from '../../../stats/quantiles.ts';
import { randomStream } from '../../../stats/random.ts';
import { distanceOfCosine } from '../../../truth/hardness/distances.ts';
import { localIntrinsicDimension } from '../../../truth/hardness/intrinsic-dimension.ts';
import type { TruthLookup } from '../../../truth/types.ts';
import type { Hardness, HardnessFinding } from '../../findings.ts';
import type { QueryAnswers } from '../answers.ts';
import {
  differencesByNeed,
  meanOf,
  type QueryScores,
  SIDE_PAIRS,
  servedByNeed,
} from '../by-need.ts';
import { figure } from '../quality.ts';

const QUARTERS = 4;
/** Fewer queries have no quarters worth showing. */
const LEAST_QUERIES = 40;
/** Documents that stand for any document. */
const ANY = 30;

/** What strata are made from: the answers of an operation, and the scores of recall at their depth. */
export interface StrataInput {
  readonly answers: readonly QueryAnswers[];
  readonly scores: readonly QueryScores[];
  readonly k: number;
  readonly truth: TruthLookup;
  /** Every document of the corpus. */
  readonly documents: readonly DocumentKey[];
}

/** Recall by quarters of each measure of hardness; none for few queries. */
export function strataFindings(input: StrataInput): HardnessFinding[] {
  const byMeasure = valuesOf(input);
  const strata = (Object.keys(byMeasure) as Hardness[]).flatMap((hardness) =>
    quartersOf(hardness, byMeasure[hardness], input.scores),
  );
  const tested = strata.filter(({ p }) => p !== null);
  const adjusted = benjaminiHochbergAdjusted(tested.map(({ p }) => p ?? 1));
  const byStratum = new Map(tested.map((stratum, at) => [stratum, adjusted[at] ?? null]));
  return strata.map((stratum) => {
    const { p: _, ...found } = stratum;
    return { ...found, pAdjusted: byStratum.get(stratum) ?? null };
  });
}

/** Each query's value of each measure, by query id; undefined ones are left out. */
function valuesOf({
  answers,
  k,
  truth,
  documents,
}: StrataInput): Record<Hardness, Map<string, number>> {
  const lists = answers.flatMap(({ query }) => {
    const list = truth.list(query.id);
    return list === null || list.keys.length < k ? [] : [{ id: query.id, list }];
  });
  const occurrences = new Map<string, number>();
  for (const { list } of lists) {
    for (const key of list.keys.slice(0, k)) occurrences.set(key, (occurrences.get(key) ?? 0) + 1);
  }
  const any = randomStream(1, 'any document').sample(documents, Math.min(ANY, documents.length));
  const values: Record<Hardness, Map<string, number>> = {
    'relative contrast': new Map(),
    'intrinsic dimension': new Map(),
    'k-occurrence': new Map(),
    'query distance': new Map(),
  };
  const put = (hardness: Hardness, id: string, value: number | null): void => {
    if (value !== null && Number.isFinite(value)) values[hardness].set(id, value);
  };
  for (const { id, list } of lists) {
    const distances = Array.from(list.scores, distanceOfCosine);
    const anywhere = meanOf(
      any.map((key) => {
        const score = truth.exactScore(id, key);
        return score === null ? null : distanceOfCosine(score);
      }),
    );
    const kth = distances[k - 1] ?? 0;
    put('relative contrast', id, anywhere === null || kth === 0 ? null : anywhere / kth);
    put('intrinsic dimension', id, localIntrinsicDimension(distances));
    put('k-occurrence', id, meanOf(list.keys.slice(0, k).map((key) => occurrences.get(key) ?? 0)));
    put('query distance', id, distances[0] ?? null);
  }
  return values;
}

type TestedStratum = Omit<HardnessFinding, 'pAdjusted'> & { readonly p: number | null };

function quartersOf(
  hardness: Hardness,
  values: ReadonlyMap<string, number>,
  scores: readonly QueryScores[],
): TestedStratum[] {
  if (values.size < LEAST_QUERIES) return [];
  const ordered = sorted([...values.values()]);
  const cuts = [1, 2, 3].map((at) => quantileType7OfSorted(ordered, at / QUARTERS) ?? 0);
  const quarterOf = (value: number) => 1 + cuts.filter((cut) => value > cut).length;
  return [1, 2, 3, 4].flatMap((quarter) => {
    const inside = scores.flatMap((entry) => {
      const value = values.get(entry.queryId);
      return value === undefined || quarterOf(value) !== quarter ? [] : [{ entry, value }];
    });
    if (inside.length === 0) return [];
    const entries = inside.map(({ entry }) => entry);
    const differences = differencesByNeed(entries, SIDE_PAIRS, 'uncredited');
    return [
      {
        hardness,
        quarter,
        from: Math.min(...inside.map(({ value }) => value)),
        to: Math.max(...inside.map(({ value }) => value)),
        needs: new Set(entries.map(({ need }) => need)).size,
        incumbent: meanOf(servedByNeed(entries, ARMS_OF.incumbent)),
        candidate: meanOf(servedByNeed(entries, ARMS_OF.candidate)),
        delta: figure(differences, -1, 0),
        p: differences.length === 0 ? null : notAboveThresholdP(differences.map(inRange), 0),
      },
    ];
  });
}

/** A mean of values at the edge may lie one rounding error beyond it. */
function inRange(value: number): number {
  return Math.min(1, Math.max(-1, value));
}
