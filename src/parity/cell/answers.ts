import type { DocumentIndex } from '../../corpus/document-index.ts';
import type { DocumentKey } from '../../corpus/document-key.ts';
import type { Query } from '../../corpus/types.ts';
import type { Arm, Cell, Observation } from '../../record/types.ts';
import { answersWithoutExcluded } from './excluded.ts';

/** One arm's answer to one query; `keys` is null where there was no usable answer. */
export interface Answer {
  readonly observation: Observation;
  readonly keys: readonly DocumentKey[] | null;
}

/** The answers of all arms to one query of a cell. */
export interface QueryAnswers {
  readonly query: Query;
  readonly arms: Readonly<Partial<Record<Arm, Answer>>>;
}

/**
 * Groups the quality observations of a cell by query, in the order of the queries; unasked queries are left out, and
 * so are rows of documents that are no answer to their query.
 */
export function answersByQuery(
  cell: Cell,
  observations: readonly Observation[],
  queries: readonly Query[],
  index: DocumentIndex,
): QueryAnswers[] {
  const own = observations.filter((row) => row.phase === 'quality' && row.cell === cell);
  return answersOfRows(own, queries, index);
}

/** The same of any observations, one a query and arm, whatever they were asked for. */
export function answersOfRows(
  observations: readonly Observation[],
  queries: readonly Query[],
  index: DocumentIndex,
): QueryAnswers[] {
  const byId = new Map(queries.map((query) => [query.id, query]));
  const arms = new Map<string, Partial<Record<Arm, Answer>>>();
  for (const observation of observations) {
    const query = byId.get(observation.queryId);
    if (query === undefined) continue;
    const entry = arms.get(query.id) ?? {};
    entry[observation.arm] = answerOfRow(observation, query, index);
    arms.set(query.id, entry);
  }
  return queries.flatMap((query) => {
    const entry = arms.get(query.id);
    return entry === undefined ? [] : [{ query, arms: entry }];
  });
}

/** What an observation answers to its query. */
export function answerOfRow(observation: Observation, query: Query, index: DocumentIndex): Answer {
  return observation.outcome === 'ok'
    ? answersWithoutExcluded(observation, index.placesOf(observation, query.collections), query)
    : { observation, keys: null };
}
