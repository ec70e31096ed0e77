import { distance } from 'fastest-levenshtein';

/** How alike two field names are, in [0, 1], by edits of their last parts: decides between equals alone. */
export function nameLikeness(a: string, b: string): number {
  const [one, other] = [last(a), last(b)];
  const longest = Math.max(one.length, other.length);
  return longest === 0 ? 1 : 1 - distance(one, other) / longest;
}

function last(path: string): string {
  return (path.split('.').at(-1) ?? '').toLowerCase().replace(/[_-]/g, '');
}
