import type { Attributed } from '../../attribution/attribute.ts';
import { explainQuery } from '../../attribution/explain.ts';
import type { DocumentIndex } from '../../corpus/document-index.ts';
import { type Metric, metricLabel, metricsAt } from '../../metrics/metric.ts';
import { firstDivergentRank } from '../../metrics/ranking/first-divergent-rank.ts';
import { rankBiasedOverlap } from '../../metrics/ranking/rbo.ts';
import { type Answer, answersByQuery, type QueryAnswers } from '../../parity/cell/answers.ts';
import { queryReferences, scoreQueries } from '../../parity/cell/query-metrics.ts';
import type { ParityInput } from '../../parity/inputs.ts';
import type { Cell } from '../../record/types.ts';
import {
  isTelling,
  type PageCell,
  type PageDocument,
  type PageQuery,
} from '../../report/page/page-data.ts';
import { differenceOf } from './difference.ts';
import { type ExactCosine, exactCosines } from './exact-cosines.ts';

interface CellOptions {
  readonly cell: Cell;
  readonly index: DocumentIndex;
  /** Null where nothing was asked to explain a difference. */
  readonly attributed: Attributed | null;
}

/** Every query of one operation, those that differ most first. */
export function pageCell(input: ParityInput, { cell, index, attributed }: CellOptions): PageCell {
  const answers = answersByQuery(cell, input.observations, input.queries, index);
  const references = queryReferences(input.truth, input.judgments);
  const metrics = metricsAt(input.k).filter(({ depth }) => depth === input.k || depth === 1);
  const scores = metrics.map((metric: Metric) => scoreQueries(answers, metric, references));
  const cosine = exactCosines(input);
  const queries = answers.map((entry, at): PageQuery => {
    const valuesOf = (arm: 'A' | 'B') => scores.map((rows) => rows[at]?.served[arm] ?? null);
    const exactly = (key: string) => cosine('incumbent', entry.query.id, key);
    return {
      ...described(entry, input.k, exactly),
      values: { incumbent: valuesOf('A'), candidate: valuesOf('B') },
      ...documentsOf(entry, input, cosine, attributed),
    };
  });
  return {
    cell,
    metrics: metrics.map(metricLabel),
    queries: queries.toSorted((a, b) => weightOf(b) - weightOf(a) || (a.id < b.id ? -1 : 1)),
  };
}

/** How far the lists are apart; exact ties in another order are no distance. */
function weightOf(query: PageQuery): number {
  return isTelling(query) ? query.distance : 0;
}

function described(
  { query, arms }: QueryAnswers,
  k: number,
  exactly: (key: string) => number | null,
) {
  const [a, b] = [arms.A?.keys ?? null, arms.B?.keys ?? null];
  const [listA, listB] = [(a ?? []).slice(0, k), (b ?? []).slice(0, k)];
  const difference = differenceOf(a === null || b === null ? null : [listA, listB], exactly);
  const tied = (list: readonly string[]) => [...new Set(list)].map((key) => [key]);
  return {
    id: query.id,
    need: query.need,
    text: query.text,
    slices: query.slices,
    collections: query.collections,
    filter: query.filter === undefined ? null : JSON.stringify(query.filter),
    difference,
    failures: { incumbent: failureOf(arms.A), candidate: failureOf(arms.B) },
    distance:
      difference === 'failed' ? 1 : 1 - rankBiasedOverlap(tied(listA), tied(listB), 1 - 1 / k).ext,
    firstDivergentRank: difference === 'failed' ? 1 : firstDivergentRank(listA, listB, k),
  };
}

function failureOf(answer: Answer | undefined): string | null {
  if (answer === undefined) return 'not asked';
  const { outcome, detail } = answer.observation;
  if (answer.keys !== null) return null;
  return detail === '' ? outcome : `${outcome}: ${detail}`;
}

function documentsOf(
  { query, arms }: QueryAnswers,
  { k, truth, judgments }: ParityInput,
  cosine: ExactCosine,
  attributed: Attributed | null,
): Pick<PageQuery, 'cause' | 'repair' | 'documents'> {
  const lists = {
    truth: (truth.list(query.id)?.keys ?? []).slice(0, k),
    incumbent: (arms.A?.keys ?? []).slice(0, k) as readonly string[],
    candidate: (arms.B?.keys ?? []).slice(0, k) as readonly string[],
  };
  const rank = (list: readonly string[], key: string): number | null =>
    list.includes(key) ? list.indexOf(key) + 1 : null;
  const explained = attributed === null ? null : explainQuery(attributed, query.id);
  const movers = new Map(explained?.moved.map(({ key, movedBy }) => [key, movedBy]));
  const grades = judgments.get(query.id) as ReadonlyMap<string, number> | undefined;
  const score = (answer: Answer | undefined, at: number | null): number | null =>
    at === null ? null : (answer?.observation.rawScores[at - 1] ?? null);
  const keys = new Set([...lists.truth, ...lists.incumbent, ...lists.candidate]);
  const documents = [...keys].map((key): PageDocument => {
    const [rankIncumbent, rankCandidate] = [rank(lists.incumbent, key), rank(lists.candidate, key)];
    return {
      key,
      rankTruth: rank(lists.truth, key),
      rankIncumbent,
      rankCandidate,
      cosineIncumbent: cosine('incumbent', query.id, key),
      cosineCandidate: cosine('candidate', query.id, key),
      scoreIncumbent: score(arms.A, rankIncumbent),
      scoreCandidate: score(arms.B, rankCandidate),
      grade: grades?.get(key) ?? null,
      movedBy: movers.get(key) ?? null,
    };
  });
  const [top] = explained?.shares ?? [];
  return {
    cause: top === undefined || top.phi <= 0 ? null : top.component,
    repair: explained?.repair ?? null,
    documents,
  };
}
