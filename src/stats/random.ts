import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Seeded draws: the same seed gives the same numbers on every machine. */
export interface Random {
  /** A uniform integer in [0, below). */
  readonly below: (below: number) => number;
  /** A uniform integer between both bounds, both included. */
  readonly integer: (from: number, to: number) => number;
  /** A uniform number in [0, 1), of 53 bits. */
  readonly fraction: () => number;
  /** The next 32 bits of the generator, as an integer in [0, 2³²). */
  readonly bits32: () => number;
  /** A standard normal number (Box & Muller 1958). */
  readonly normal: () => number;
  /** True with the given probability. */
  readonly chance: (probability: number) => boolean;
  /** One element. @throws RangeError on an empty list. */
  readonly pick: <Item>(items: readonly Item[]) => Item;
  /** A new array with all elements in random order (Fisher–Yates). */
  readonly shuffled: <Item>(items: readonly Item[]) => Item[];
  /** `count` different elements (all of them where there are fewer), in random order. */
  readonly sample: <Item>(items: readonly Item[], count: number) => Item[];
}

/** A stream for one purpose: equal seeds and names give equal numbers, streams of other names are independent. */
export function randomStream(seed: number, name: string): Random {
  let mixed = seed | 0;
  for (const char of name) mixed = (Math.imul(mixed, 31) + (char.codePointAt(0) ?? 0)) | 0;
  return randomOf(mixed);
}

/** The stream of a seed alone (xoroshiro128+, Blackman & Vigna 2018); of the seed the lower 32 bits count. */
export function randomOf(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  const integer = (from: number, to: number): number => uniformInt(generator, from, to);
  const fraction = (): number => uniformFloat64(generator);
  const shuffled = <Item>(items: readonly Item[]): Item[] => {
    const order = [...items];
    for (let last = order.length - 1; last > 0; last--) {
      const other = integer(0, last);
      const held = order[last] as Item;
      order[last] = order[other] as Item;
      order[other] = held;
    }
    return order;
  };
  return {
    below: (below) => integer(0, below - 1),
    integer,
    fraction,
    bits32: () => generator.next() >>> 0,
    normal: () => Math.sqrt(-2 * Math.log(1 - fraction())) * Math.cos(2 * Math.PI * fraction()),
    chance: (probability) => fraction() < probability,
    pick: (items) => {
      if (items.length === 0) throw new RangeError('nothing to pick from');
      return items[integer(0, items.length - 1)] as (typeof items)[number];
    },
    shuffled,
    sample: (items, count) => shuffled(items).slice(0, count),
  };
}
