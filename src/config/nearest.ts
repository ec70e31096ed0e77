import { closest, distance } from 'fastest-levenshtein';

/** The known name nearest to a mistaken one, or null when none is near enough to be meant. */
export function nearestName(name: string, known: readonly string[]): string | null {
  if (known.length === 0) return null;
  const best = closest(name, known);
  return distance(name, best) <= Math.max(2, Math.floor(name.length / 2)) ? best : null;
}
