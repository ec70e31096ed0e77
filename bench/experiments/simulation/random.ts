import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Seeded draws; the same seed and label give the same numbers on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  readonly uniform: () => number;
  /** Standard normal (Box & Muller 1958). */
  readonly normal: () => number;
}

/** A stream of its own for one row of a simulation. */
export function randomStream(seed: number, label: string): Random {
  let mixed = seed | 0;
  for (const char of label) mixed = (Math.imul(mixed, 31) + (char.codePointAt(0) ?? 0)) | 0;
  const generator = xoroshiro128plus(mixed);
  const uniform = (): number => uniformFloat64(generator);
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}
