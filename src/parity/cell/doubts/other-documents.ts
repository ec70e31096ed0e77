import { TIE_EPSILON } from '../../../metrics/ranking/tie-aware-recall.ts';
import type { Answer } from '../answers.ts';

/**
 * Whether two answers hold different documents to rank k. Documents of which no ranking by truth could prefer one are
 * the same ones in each other's place: each that only the first answer holds has one of equal exact score that only
 * the second holds. Where truth knows none of them, the scores that came with the answers are compared.
 *
 * @param exactly exact score of a document for the query; null where it is not known
 */
export function holdsOtherDocuments(
  one: Answer,
  other: Answer,
  k: number,
  exactly: (key: string) => number | null,
): boolean {
  const [a, b] = [documentsOf(one, k), documentsOf(other, k)];
  const [onlyA, onlyB] = [without(a, b), without(b, a)];
  if (onlyA.length !== onlyB.length) return true;
  const isUnknown = [...onlyA, ...onlyB].every(([key]) => exactly(key) === null);
  const scoresOf = (only: typeof onlyA): number[] =>
    only
      .map(([key, came]) => (isUnknown ? came : (exactly(key) ?? Number.NaN)))
      .sort((x, y) => y - x);
  const [ours, theirs] = [scoresOf(onlyA), scoresOf(onlyB)];
  return !ours.every((score, at) => Math.abs(score - (theirs[at] ?? Number.NaN)) <= TIE_EPSILON);
}

/** Documents of an answer with the scores that they came with; a repeated one counts where it stands first. */
function documentsOf({ keys, observation }: Answer, k: number): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [rank, key] of (keys ?? []).slice(0, k).entries()) {
    if (!found.has(key)) found.set(key, observation.similarities[rank] ?? Number.NaN);
  }
  return found;
}

function without(
  documents: ReadonlyMap<string, number>,
  others: ReadonlyMap<string, number>,
): [string, number][] {
  return [...documents].filter(([key]) => !others.has(key));
}
