import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A seeded source of choices; the same seed gives the same choices on every machine. */
export interface Random {
  /** A uniform integer between both bounds, both included. */
  readonly integer: (from: number, to: number) => number;
  /** A uniform number in [0, 1). */
  readonly fraction: () => number;
  /** True with the given probability. */
  readonly chance: (probability: number) => boolean;
  /** One element. @throws RangeError on an empty list. */
  readonly pick: <T>(list: readonly T[]) => T;
  /** `count` different elements (all of them where there are fewer), in random order. */
  readonly sample: <T>(list: readonly T[], count: number) => T[];
}

/** One independent stream of choices for a seed, a purpose and an index, so that any item can be made alone. */
export function randomFor(seed: number, purpose: string, index = 0): Random {
  const generator = xoroshiro128plus(mixedSeed(seed, purpose, index));
  const integer = (from: number, to: number) => uniformInt(generator, from, to);
  const fraction = () => uniformFloat64(generator);
  return {
    integer,
    fraction,
    chance: (probability) => fraction() < probability,
    pick: (list) => {
      const chosen = list.length === 0 ? undefined : list[integer(0, list.length - 1)];
      if (chosen === undefined) throw new RangeError('nothing to pick from');
      return chosen;
    },
    sample: (list, count) => shuffled(list, integer).slice(0, count),
  };
}

/** A 32-bit seed for a seed, a purpose and an index (FNV-1a over the purpose, then murmur3's finalizer). */
function mixedSeed(seed: number, purpose: string, index: number): number {
  let hash = 0x811c9dc5 ^ (seed | 0);
  for (let at = 0; at < purpose.length; at++) {
    hash = Math.imul(hash ^ purpose.charCodeAt(at), 0x01000193);
  }
  return finalized(finalized(hash) ^ Math.imul(index + 1, 0x9e3779b1));
}

function finalized(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function shuffled<T>(list: readonly T[], integer: Random['integer']): T[] {
  const copy = [...list];
  for (let last = copy.length - 1; last > 0; last--) {
    const other = integer(0, last);
    const held = copy[last] as T;
    copy[last] = copy[other] as T;
    copy[other] = held;
  }
  return copy;
}
