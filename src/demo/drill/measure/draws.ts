import { createHash } from 'node:crypto';

/** A number below 2^32 that depends on the drill's seed and a label alone. */
export function drawnSeed(masterSeed: number, label: string): number {
  return createHash('sha256').update(`${masterSeed} ${label}`).digest().readUInt32BE(0);
}

/** Things in an order that the drill's seed decides. */
export function inDrawnOrder<Item>(
  masterSeed: number,
  items: readonly Item[],
  labelOf: (item: Item) => string,
): Item[] {
  return items
    .map((item) => ({ item, at: drawnSeed(masterSeed, `order ${labelOf(item)}`) }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
