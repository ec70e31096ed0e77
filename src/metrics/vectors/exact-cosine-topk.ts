import { compareUtf8 } from '../utf8-order.ts';

/** The exact nearest documents of a query by cosine. */
export interface ExactTopK {
  /** Best first: score descending, then id ascending by UTF-8 bytes. */
  readonly ids: readonly string[];
  readonly scores: readonly number[];
  /** Every id whose score equals the last one's, whether it made the cut or not. */
  readonly tieIdsAtK: readonly string[];
  /** Documents without a direction; they are left out. In order of input. */
  readonly zeroIds: readonly string[];
}

/**
 * Exact cosine top-k in float64 by brute force: the reference that faster searches are tested against.
 *
 * `corpus` holds a vector per id. Scores within `epsilon` of the best of their group are one tie, since
 * equal cosines may differ in their last bits. A zero query has no nearest documents.
 *
 * @throws RangeError where a vector's dimension differs from the query's
 */
export function exactCosineTopK(
  ids: readonly string[],
  corpus: readonly ArrayLike<number>[],
  query: ArrayLike<number>,
  k: number,
  epsilon = 1e-12,
): ExactTopK {
  const queryNorm = norm(query);
  const zeroIds: string[] = [];
  const scored: { id: string; score: number }[] = [];
  for (const [row, id] of ids.entries()) {
    const vector = corpus[row];
    if (vector === undefined || vector.length !== query.length) {
      throw new RangeError(
        `vector of ${JSON.stringify(id)} has ${vector?.length ?? 'no'} dimensions, the query ${query.length}`,
      );
    }
    const length = norm(vector);
    if (length === 0) zeroIds.push(id);
    else if (queryNorm > 0) scored.push({ id, score: dot(query, vector) / (queryNorm * length) });
  }
  scored.sort((a, b) => b.score - a.score);
  const groups = tiesById(scored, epsilon);
  const best = groups.flat().slice(0, Math.max(0, k));
  const last = best.at(-1);
  const atK = last === undefined ? [] : (groups.find((group) => group.includes(last)) ?? []);
  return {
    ids: best.map((document) => document.id),
    scores: best.map((document) => document.score),
    tieIdsAtK: atK.map((document) => document.id),
    zeroIds,
  };
}

function tiesById<T extends { id: string; score: number }>(sorted: T[], epsilon: number): T[][] {
  const groups: T[][] = [];
  for (const document of sorted) {
    const group = groups.at(-1);
    const first = group?.[0];
    if (group !== undefined && first !== undefined && first.score - document.score <= epsilon) {
      group.push(document);
    } else {
      groups.push([document]);
    }
  }
  for (const group of groups) group.sort((a, b) => compareUtf8(a.id, b.id));
  return groups;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let at = 0; at < a.length; at++) total += (a[at] ?? 0) * (b[at] ?? 0);
  return total;
}

function norm(vector: ArrayLike<number>): number {
  return Math.sqrt(dot(vector, vector));
}
