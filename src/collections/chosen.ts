import { createHash } from 'node:crypto';

/**
 * The `count` items that come first by the sha256 of their name: a sample that depends on names alone, so that it is
 * the same everywhere, and a larger one holds every smaller one. In the order in which they were given.
 */
export function chosen<Item>(
  items: readonly Item[],
  count: number,
  nameOf: (item: Item) => string,
): readonly Item[] {
  if (items.length <= count) return items;
  const ranked = items
    .map((item, at) => ({ at, hash: createHash('sha256').update(nameOf(item)).digest('hex') }))
    .sort((a, b) => (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : a.at - b.at));
  const kept = new Set(ranked.slice(0, count).map(({ at }) => at));
  return items.filter((_, at) => kept.has(at));
}

/** A number from 0 to `parts − 1` that depends on the name alone, each as often as the others. */
export function drawn(name: string, parts: number): number {
  return createHash('sha256').update(name).digest().readUInt32BE() % parts;
}

/** Half of all names is for tuning, the other half for checking what was tuned. */
export function tuningSplit(name: string): 'tune' | 'check' {
  return drawn(`split ${name}`, 2) === 0 ? 'tune' : 'check';
}
