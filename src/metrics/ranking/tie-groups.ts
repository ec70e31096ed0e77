/**
 * Groups neighbouring rows whose scores lie within `epsilon` of the first of their group, best first.
 *
 * Rank is the order of the response, so rows are never moved; a repeated key is dropped. Scores that are
 * missing (a shorter list) or not finite make a row a group of its own.
 */
export function tieGroups<K>(
  keys: readonly K[],
  scores: ArrayLike<number>,
  epsilon: number,
): K[][] {
  const groups: K[][] = [];
  const seen = new Set<K>();
  let first = Number.NaN;
  for (const [row, key] of keys.entries()) {
    if (seen.has(key)) continue;
    seen.add(key);
    const score = scores[row] ?? Number.NaN;
    const group = groups.at(-1);
    if (group !== undefined && Math.abs(score - first) <= epsilon) {
      group.push(key);
    } else {
      groups.push([key]);
      first = score;
    }
  }
  return groups;
}
