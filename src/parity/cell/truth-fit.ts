import { nearestMetric, plainMisfit } from '../../attribution/fit/fit-metric.ts';
import type { Base, ScoredPair } from '../../attribution/replay/metric.ts';
import type { CorpusMetric } from '../../corpus/types.ts';
import { recallAt, scoreList } from '../../metrics/metric.ts';
import { SAME_LENGTH } from '../../metrics/thresholds.ts';
import type { VectorTable } from '../../record/types.ts';
import type { TruthLookup } from '../../truth/types.ts';
import { queryRow } from '../inputs.ts';
import type { QueryAnswers } from './answers.ts';
import { meanOf } from './by-need.ts';
import type { References } from './query-metrics.ts';

/** How well the truth describes what the incumbent ranks by: its own answers, held against the exact scores. */
export interface TruthFit {
  /** Rows whose score and exact score are both known. */
  readonly rows: number;
  /** What the truth is made by. */
  readonly declared: CorpusMetric;
  /** Share of all rows whose score the declared metric gives, whatever its map to the wire. */
  readonly declaredShare: number | null;
  /** The metric that gives most of the rows, e.g. `dot`, and its share. */
  readonly form: string | null;
  readonly metric: CorpusMetric | null;
  readonly share: number | null;
  /**
   * Of two rows of one answer the exact scores differ by a gap: the share of all gaps that the order of the rows
   * contradicts. 0 for any selection of rows in exact order, about .5 for an order by chance.
   */
  readonly disorder: number | null;
  /** How far the scores are from a plain form of the metric, as a median; absent where nearly all have it. */
  readonly misfit?: number | null;
  /** Mean recall@k of the answers that hold a row to queries of one collection without a filter. */
  readonly recall: number | null;
}

/** Rows that a fit looks at; more would say no more. */
const MOST_ROWS = 20_000;
/** Fewer rows say nothing. */
const LEAST_ROWS = 30;
/** Share of the scores that must fit before they vouch for the truth. */
const NEARLY_ALL = 0.98;
/** Share of the scores below which they are those of codes or of a transform, and the order speaks for them. */
const FEW = 0.5;
/** Disorder that int8 codes, float16 and rounding stay below. */
const LITTLE_DISORDER = 0.03;
/** Disorder of an order that is that of the exact scores, whatever the scores are. */
const NO_DISORDER = 0.002;
/** Misfit that such codes stay below: the scores of texts that were embedded otherwise are farther off. */
const LITTLE_MISFIT = 0.02;

const BASES_OF: Readonly<Record<CorpusMetric, readonly Base[]>> = {
  cosine: ['cosine'],
  dot: ['dot', 'unit-query dot'],
  euclidean: ['L2', 'L2²', '1/(1+L2)'],
};

/** What a fit is made from. */
export interface TruthFitInput {
  readonly answers: readonly QueryAnswers[];
  readonly k: number;
  readonly truth: TruthLookup;
  readonly references: References;
  readonly metric: CorpusMetric;
  /** The incumbent's vectors; ids of queries begin with `query `. */
  readonly vectors: VectorTable;
}

/** The fit of an incumbent's answers in its first arm. All rows count alike: a third that is off is seen. */
export function truthFit(input: TruthFitInput): TruthFit {
  const { answers, k, truth, references, metric } = input;
  const plain = answers.filter(
    ({ query }) => query.filter === undefined && query.collections.length === 1,
  );
  const recall = meanOf(
    plain.map(({ query, arms }) =>
      // An answer without a row says nothing of what the incumbent ranks by.
      arms.A?.keys == null || arms.A.keys.length === 0
        ? null
        : scoreList(recallAt(k), arms.A.keys, references(query.id)),
    ),
  );
  const step = Math.max(1, Math.ceil((answers.length * k) / MOST_ROWS));
  const sampled = answers.filter((_, at) => at % step === 0);
  const pairs = scoredPairs(sampled, input.vectors);
  const known = pairs.length >= LEAST_ROWS;
  const best = known ? nearestMetric(pairs) : null;
  const declared = known ? nearestMetric(pairs, basesOf(metric, pairs)) : null;
  return {
    rows: pairs.length,
    declared: metric,
    declaredShare: declared?.share ?? null,
    form: best?.form ?? null,
    metric: best?.kind ?? null,
    share: best?.share ?? null,
    disorder: disorderOf(sampled, truth),
    ...(declared === null || (declared.share ?? 0) >= NEARLY_ALL
      ? {}
      : { misfit: plainMisfit(pairs, basesOf(metric, pairs)) }),
    recall,
  };
}

/** The other metric that gives most of the incumbent's scores, where the declared one gives few. */
export function otherMetric({ metric, share, declared, declaredShare }: TruthFit): string | null {
  const most = share ?? 0;
  return metric !== null &&
    metric !== declared &&
    most >= FEW &&
    (declaredShare ?? 0) < most - FEW / 2
    ? metric
    : null;
}

/**
 * Whether the truth describes the incumbent: nearly all of its scores are those of the metric, or, where hardly any
 * is, its order is and no other metric gives them: the very order (ranks alone, a transform), or nearly that with
 * scores that are nearly those of the metric (codes). Null where too few rows are known.
 */
export function describesIncumbent(fit: TruthFit): boolean | null {
  const { declaredShare, disorder } = fit;
  if (declaredShare !== null && declaredShare >= NEARLY_ALL) return true;
  if (otherMetric(fit) !== null) return false;
  if (declaredShare !== null && declaredShare >= FEW) return false;
  if (disorder === null) return null;
  const most = (fit.misfit ?? 0) <= LITTLE_MISFIT ? LITTLE_DISORDER : NO_DISORDER;
  return disorder <= most;
}

/** Where all vectors are equally long, distance, product and cosine are one order. */
function basesOf(metric: CorpusMetric, pairs: readonly ScoredPair[]): readonly Base[] {
  const lengths = pairs.map(({ documentNorm }) => documentNorm);
  const [least, most] = [Math.min(...lengths), Math.max(...lengths)];
  return most - least <= SAME_LENGTH * most ? Object.values(BASES_OF).flat() : BASES_OF[metric];
}

function scoredPairs(answers: readonly QueryAnswers[], table: VectorTable): ScoredPair[] {
  const rowOf = new Map(table.ids.map((id, row) => [id, row]));
  const { dimension, values } = table;
  const at = (id: string): Float32Array | null => {
    const row = rowOf.get(id);
    return row === undefined ? null : values.subarray(row * dimension, (row + 1) * dimension);
  };
  const norms = new Map<string, number>();
  const norm = (id: string, vector: Float32Array): number => {
    const known = norms.get(id) ?? Math.sqrt(dot(vector, vector));
    norms.set(id, known);
    return known;
  };
  return answers.flatMap(({ query, arms }) => {
    const queryId = queryRow(query.id);
    const asked = at(queryId);
    if (asked === null || arms.A?.keys == null) return [];
    const queryNorm = norm(queryId, asked);
    const scores = arms.A.observation.rawScores;
    return arms.A.keys.flatMap((key, rank): ScoredPair[] => {
      const vector = at(key);
      const raw = scores[rank];
      if (vector === null || raw === undefined || !Number.isFinite(raw)) return [];
      const documentNorm = norm(key, vector);
      if (queryNorm === 0 || documentNorm === 0) return [];
      return [
        { cosine: dot(asked, vector) / queryNorm / documentNorm, queryNorm, documentNorm, raw },
      ];
    });
  });
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

function disorderOf(answers: readonly QueryAnswers[], truth: TruthLookup): number | null {
  let all = 0;
  let against = 0;
  for (const { query, arms } of answers) {
    const scores = (arms.A?.keys ?? []).flatMap((key) => truth.exactScore(query.id, key) ?? []);
    for (const [rank, score] of scores.entries()) {
      for (const later of scores.slice(rank + 1)) {
        all += Math.abs(score - later);
        against += Math.max(0, later - score);
      }
    }
  }
  return all === 0 ? null : against / all;
}
