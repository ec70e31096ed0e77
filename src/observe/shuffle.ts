import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A seeded source of uniform integers in [0, below). */
export type RandomInt = (below: number) => number;

/** A reproducible stream for one purpose: the same seed and label give the same numbers on every machine. */
export function seededRandom(seed: number, label: string): RandomInt {
  let mixed = seed | 0;
  for (const char of label) mixed = (Math.imul(mixed, 31) + (char.codePointAt(0) ?? 0)) | 0;
  const generator = xoroshiro128plus(mixed);
  return (below) => uniformInt(generator, 0, below - 1);
}

/** A new array in seeded random order (Fisher–Yates). */
export function shuffled<Item>(items: readonly Item[], random: RandomInt): Item[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = random(last + 1);
    const a = order[last] as Item;
    order[last] = order[other] as Item;
    order[other] = a;
  }
  return order;
}
