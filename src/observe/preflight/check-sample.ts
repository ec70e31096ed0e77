import { describeGuess, idGuesser } from '../../corpus/id-guess.ts';
import type { Collection } from '../../corpus/types.ts';
import { counted } from '../../counted.ts';
import { UsageError } from '../../errors.ts';
import { kendallTau } from '../../metrics/scores/kendall-tau.ts';
import type { Hit } from '../../wire/operations.ts';

/** One answer to a question that is put before anything is measured: a document's own text. */
export interface SampleAnswer {
  /** Side and place, e.g. `candidate http://127.0.0.1:4110/v1/matrix/search`. */
  readonly where: string;
  /** Who maps the answer, e.g. `dialect mine`. */
  readonly mapping: string;
  /**
   * Whether the mapping is known to be right: then more rows than were asked for, or an order against the scores, is
   * what the backend does, and the contract gate judges it.
   */
  readonly isProven: boolean;
  readonly collection: Collection;
  readonly k: number;
  readonly hits: readonly Hit[];
}

/** Rows that are needed to tell a direction from one misplaced row. */
const ROWS_FOR_DIRECTION = 3;
const RISING_TAU = 0.6;

/**
 * Finds mistakes of a mapping before a run rests on it: ids and collections that the corpus does not know, more rows
 * than were asked for, and a distance that is handed on as similarity.
 * @throws UsageError that names the mapping.
 */
export function checkSample(answer: SampleAnswer): void {
  const { where, mapping, isProven, collection, k, hits } = answer;
  const known = new Set(collection.documents.map(({ id }) => id));
  const first = hits[0];
  if (first !== undefined && hits.every(({ id }) => !known.has(id))) {
    const guess = idGuesser(known)(hits.map(({ id }) => id));
    throw new UsageError(
      'unknown-ids',
      `${where}: collection ${collection.name} of the corpus has none of ${hits.length === 1 ? 'the id' : `the ${hits.length} ids`} that came back, e.g. ${JSON.stringify(first.id)}`,
      {
        hint:
          guess === null
            ? `${mapping} must give the ids of the corpus, e.g. ${JSON.stringify(collection.documents[0]?.id ?? '')}; or the backend holds another collection`
            : `${mapping} must give the ids of the corpus: ${describeGuess(guess)}`,
      },
    );
  }
  const names = hits.map((hit) => hit.collection ?? '');
  const [named] = names;
  if (named !== undefined && names.every((name) => name !== '' && name !== collection.name)) {
    throw new UsageError(
      'unknown-collection',
      `${where}: rows for collection ${collection.name} name the collection ${JSON.stringify(named)}`,
      {
        hint: `${mapping} must give the collection that was asked, or none; or collections of the corpus are called as those of the backend`,
      },
    );
  }
  if (isProven) return;
  if (hits.length > k) {
    throw new UsageError(
      'dialect-k',
      `${where}: ${counted(hits.length, 'row')} for k = ${k}: ${mapping} does not hand k on`,
      { hint: 'put k of the request into the body that encode makes' },
    );
  }
  const rise = risingScores(hits.map(({ similarity }) => similarity));
  if (rise !== null) {
    throw new UsageError(
      'dialect-score',
      `${where}: similarity rises down the list, from ${rise.first} to ${rise.last}: ${mapping} hands a distance on as similarity`,
      {
        hint: 'a higher similarity is nearer: give e.g. similarity: 1 - distance, rawScore: distance',
      },
    );
  }
}

/**
 * First and last similarity where they rise with rank: the last one is above the first, and Kendall's τ-b of
 * similarity and rank is at least .6. (Not Pearson's: a document is much nearer to its own text than all others.)
 * Null otherwise, and for fewer than three rows.
 */
export function risingScores(
  similarities: readonly number[],
): { readonly first: number; readonly last: number } | null {
  const first = similarities[0];
  const last = similarities.at(-1);
  if (first === undefined || last === undefined || similarities.length < ROWS_FOR_DIRECTION) {
    return null;
  }
  const { tauB } = kendallTau([...similarities.keys()], similarities);
  return last > first && tauB !== null && tauB >= RISING_TAU ? { first, last } : null;
}
