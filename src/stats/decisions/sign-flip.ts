import { mean } from '../moments.ts';
import { randomOf } from '../random.ts';

/** Sign-flip test of paired differences. */
export interface SignFlipTest {
  readonly mean: number | null;
  /** P(a mean at least as high) when every sign is a coin toss; null without differences. */
  readonly pGreater: number | null;
  /** P(a mean at least as low). */
  readonly pLess: number | null;
  /** P(a mean at least as far from zero). */
  readonly pTwoSided: number | null;
  /** Whether all flips were counted, or a seeded sample of them. */
  readonly exact: boolean;
}

/** When flips are sampled, and how. */
export interface SignFlipOptions {
  /** All 2^n flips are counted up to this many differences that are not zero. */
  readonly exactUpTo?: number;
  readonly flips?: number;
  readonly seed?: number;
}

/** Means closer than this are ties. */
const TIE = 1e-9;

/**
 * Paired permutation test of a mean difference of zero, by flipping signs.
 *
 * Exact up to 20 differences that are not zero (a zero has no sign, so it changes no share); beyond,
 * 9,999 seeded flips with the observed one counted too: (1 + count) / (1 + flips).
 */
export function signFlipTest(
  differences: ArrayLike<number>,
  { exactUpTo = 20, flips = 9999, seed = 1 }: SignFlipOptions = {},
): SignFlipTest {
  const n = differences.length;
  const centre = mean(differences);
  if (centre === null) {
    return { mean: null, pGreater: null, pLess: null, pTwoSided: null, exact: true };
  }
  const sizes = Float64Array.from(differences)
    .filter((value) => value !== 0)
    .map(Math.abs);
  const exact = sizes.length <= exactUpTo;
  const tally = new Tally(centre * n, TIE * n);
  if (exact) {
    for (const flipped of allFlips(sizes)) tally.add(flipped);
  } else {
    tally.add(centre * n);
    const random = randomOf(seed);
    for (let flip = 0; flip < flips; flip++) {
      let total = 0;
      let bits = 1;
      for (const size of sizes) {
        if (bits === 1) bits = random.integer(0, 0x3fffffff) | 0x40000000;
        total += (bits & 1) === 1 ? size : -size;
        bits >>>= 1;
      }
      tally.add(total);
    }
  }
  return { mean: centre, ...tally.shares(), exact };
}

class Tally {
  #greater = 0;
  #less = 0;
  #farther = 0;
  #count = 0;
  readonly #observed: number;
  readonly #tie: number;

  constructor(observed: number, tie: number) {
    this.#observed = observed;
    this.#tie = tie;
  }

  add(total: number): void {
    this.#count++;
    if (total >= this.#observed - this.#tie) this.#greater++;
    if (total <= this.#observed + this.#tie) this.#less++;
    if (Math.abs(total) >= Math.abs(this.#observed) - this.#tie) this.#farther++;
  }

  shares(): { pGreater: number; pLess: number; pTwoSided: number } {
    return {
      pGreater: this.#greater / this.#count,
      pLess: this.#less / this.#count,
      pTwoSided: this.#farther / this.#count,
    };
  }
}

/** The sums of all sign choices: each size doubles the list. */
function allFlips(sizes: Float64Array): Float64Array {
  const sums = new Float64Array(2 ** sizes.length);
  let filled = 1;
  for (const size of sizes) {
    for (let at = 0; at < filled; at++) {
      const before = sums[at] ?? 0;
      sums[at] = before + size;
      sums[filled + at] = before - size;
    }
    filled *= 2;
  }
  return sums;
}
