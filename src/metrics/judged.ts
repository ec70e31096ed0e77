/**
 * Share of the first k rows that are judged, whatever the grade; of a shorter list, of its rows. Null for an empty
 * list, and for a query without any judgment.
 */
export function judgedShare(
  list: readonly string[],
  grades: ReadonlyMap<string, number>,
  k: number,
): number | null {
  const rows = list.slice(0, k);
  if (rows.length === 0 || grades.size === 0) return null;
  return rows.filter((key) => grades.has(key)).length / rows.length;
}

/**
 * bpref over the first k rows: the mean over the R relevant documents of 1 − min(n, m) / m, with n the judged
 * irrelevant rows above and m = min(R, judged irrelevant documents); a relevant document that is not listed counts 0.
 * Rows without a judgment are passed over. Null where no document is relevant.
 *
 * Buckley & Voorhees, SIGIR 2004, in the form of trec_eval.
 */
export function bpref(
  list: readonly string[],
  grades: ReadonlyMap<string, number>,
  k: number,
): number | null {
  const relevant = [...grades.values()].filter((grade) => grade > 0).length;
  if (relevant === 0) return null;
  const most = Math.min(relevant, grades.size - relevant);
  let above = 0;
  let sum = 0;
  for (const key of new Set(list.slice(0, k))) {
    const grade = grades.get(key);
    if (grade === undefined) continue;
    if (grade > 0) sum += most === 0 ? 1 : 1 - Math.min(above, most) / most;
    else above += 1;
  }
  return sum / relevant;
}
