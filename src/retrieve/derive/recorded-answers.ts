import type { RankedAnswer, SideRecord } from '../../attribution/types.ts';
import type { DocumentIndex } from '../../corpus/document-index.ts';
import { partsOf, storedKey } from '../../corpus/document-key.ts';
import type { Query } from '../../corpus/types.ts';
import type { Cell, Observation, Side } from '../../record/types.ts';
import type { RecordedRun } from '../record/recorded-run.ts';

/** Block of extra requests: a longer list by text, by the query's own vector, and by the side's own exact search. */
export const DEEP_BLOCK = 0;
export const VECTOR_BLOCK = 1;
export const EXACT_BLOCK = 2;

/** Whose answers are looked up, to which operation; null where the census alone is wanted. */
export interface AnswersWanted {
  readonly run: RecordedRun;
  readonly observations: readonly Observation[];
  readonly extra: readonly Observation[];
  readonly cell: Cell | null;
  readonly side: Side;
  readonly index: DocumentIndex;
}

/** The answers of one side, by what they were asked for. */
export function recordedAnswers({
  run: { corpus, plan },
  observations,
  extra,
  cell,
  side,
  index,
}: AnswersWanted): Pick<SideRecord, 'answers' | 'deep' | 'byVector' | 'exact' | 'census'> {
  const arm = side === 'incumbent' ? 'A' : 'B';
  const byId = new Map(corpus.queries.map((query) => [query.id, query]));
  const collect = (
    rows: readonly Observation[],
    depth: (row: Observation) => number,
  ): Map<string, RankedAnswer> =>
    new Map(
      rows.flatMap((row): [string, RankedAnswer][] => {
        if (row.arm !== arm || row.outcome !== 'ok') return [];
        const query =
          row.phase === 'census'
            ? { collections: [partsOf(storedKey(row.queryId)).collection] }
            : byId.get(row.queryId);
        if (query === undefined) return [];
        return [[row.queryId, rankedAnswer(row, query, depth(row), index)]];
      }),
    );
  const own = (row: Observation): number => row.k;
  const exact = collect(
    extra.filter((row) => row.block === EXACT_BLOCK),
    own,
  );
  return {
    answers: collect(
      observations.filter((row) => row.phase === 'quality' && row.cell === cell),
      () => plan.k,
    ),
    deep: collect(
      extra.filter((row) => row.block === DEEP_BLOCK),
      own,
    ),
    byVector: collect(
      extra.filter((row) => row.block === VECTOR_BLOCK),
      own,
    ),
    ...(exact.size === 0 ? {} : { exact }),
    census: collect(
      observations.filter((row) => row.phase === 'census'),
      own,
    ),
  };
}

/** The first k rows without those that repeat an earlier one. */
export function rankedAnswer(
  row: Observation,
  query: Pick<Query, 'collections'>,
  k: number,
  index: DocumentIndex,
): RankedAnswer {
  const all = index.placesOf(row, query.collections).slice(0, k);
  const first = all.map((key, rank) => all.indexOf(key) === rank);
  return {
    keys: all.filter((_, rank) => first[rank] === true),
    scores: row.rawScores.slice(0, k).filter((_, rank) => first[rank] === true),
    k,
  };
}
