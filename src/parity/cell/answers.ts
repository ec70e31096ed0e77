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
  const byId = new Map(queries.map((query) => [query.id, query]));
  const arms = new Map<string, Partial<Record<Arm, Answer>>>();
  for (const observation of observations) {
    if (observation.phase !== 'quality' || observation.cell !== cell) continue;
    const query = byId.get(observation.queryId);
    if (query === undefined) continue;
    const entry = arms.get(query.id) ?? {};
    entry[observation.arm] =
      observation.outcome === 'ok'
        ? answersWithoutExcluded(observation, index.placesOf(observation, query.collections), query)
        : { observation, keys: null };
    arms.set(query.id, entry);
  }
  return queries.flatMap((query) => {
    const entry = arms.get(query.id);
    return entry === undefined ? [] : [{ query, arms: entry }];
  });
}
