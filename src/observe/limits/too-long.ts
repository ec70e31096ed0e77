import type { Observation } from '../../record/types.ts';

/** Statuses by which a text is refused that is longer than a backend takes. */
const REFUSALS: ReadonlySet<number | null> = new Set([400, 413, 414, 422]);

/**
 * The rows of documents that were asked by their own text, without those whose text is longer than the side takes
 * as a query: each refused text is longer than every text that was answered. Where one of them is not, the length is
 * not the reason, and no row is left out.
 * @param lengthOf length of a document's text
 */
export function withoutTooLong(
  rows: readonly Observation[],
  lengthOf: (queryId: string) => number,
): readonly Observation[] {
  const isRefused = (row: Observation): boolean =>
    row.outcome === 'http' && REFUSALS.has(row.status);
  const answered = rows.filter(({ outcome }) => outcome === 'ok');
  const longest = Math.max(...answered.map(({ queryId }) => lengthOf(queryId)));
  const isLength =
    answered.length > 0 &&
    rows.filter(isRefused).every(({ queryId }) => lengthOf(queryId) > longest);
  return isLength ? rows.filter((row) => !isRefused(row)) : rows;
}
