import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import {
  collapsed,
  dirichletMeanCdf,
  mirrored,
  type WeightedPoint,
  withOneMore,
} from '../intervals/dirichlet-mean.ts';
import { needsToDecide } from './needs-to-decide.ts';

const RESAMPLES = 40;
const STEP = 1.25;
/** Beyond it the normal law says how many more: ((z.95 + z.80) / z.95)² of the plain projection. */
const MOST_RESAMPLED = 20_000;
const NORMAL_FACTOR = ((1.6449 + 0.8416) / 1.6449) ** 2;
/** More different values than this are thinned before they are resampled: the projection is no exact figure. */
const MOST_POINTS = 60;

/** Level and range of the differences, and the share of samples that has to decide. */
export interface PowerOptions {
  readonly alpha?: number;
  readonly range?: number;
  readonly power?: number;
  readonly seed?: number;
}

/**
 * Number of needs at which a gate decides in 80% of samples drawn from needs like those seen: the smallest tried
 * number n (from the projection of `needsToDecide`, a quarter more each time) for which 32 of 40 seeded resamples
 * of size n put the bound on the same side of the margin as the mean.
 *
 * The plain projection decides in about half of all samples, since the next sample's mean moves. Above 20,000 needs
 * the normal law takes the place of resampling. Null where no number of needs would decide.
 */
export function needsWithPower(
  differences: ArrayLike<number>,
  margin: number,
  { alpha = 0.05, range = 1, power = 0.8, seed = 1 }: PowerOptions = {},
): number | null {
  const { needs, towards } = needsToDecide(differences, margin, { alpha, range });
  if (needs === null || towards === null) return null;
  const points = thinned(collapsed(differences));
  // Needs without any spread decide as projected.
  if (points.length < 2) return needs;
  const draws = resampler(points, xoroshiro128plus(seed));
  const wanted = power * RESAMPLES;
  for (let n = needs; n <= MOST_RESAMPLED; n = Math.ceil(n * STEP)) {
    let decided = 0;
    for (let draw = 0; draw < RESAMPLES; draw++) {
      const sample = draws(n);
      const [side, threshold] = towards === 'pass' ? [sample, -margin] : [mirrored(sample), margin];
      if (dirichletMeanCdf(withOneMore(side, -range), threshold) < alpha) decided += 1;
      if (decided >= wanted) return n;
      if (decided + RESAMPLES - draw - 1 < wanted) break;
    }
  }
  return Math.ceil(needs * NORMAL_FACTOR);
}

/** At most a number of points: neighbours are joined at their weighted mean. */
export function thinned(points: readonly WeightedPoint[]): WeightedPoint[] {
  let kept = [...points];
  while (kept.length > MOST_POINTS) {
    const joined: WeightedPoint[] = [];
    for (let at = 0; at < kept.length; at += 2) {
      const one = kept[at] as WeightedPoint;
      const two = kept[at + 1];
      const weight = one.weight + (two?.weight ?? 0);
      const value = (one.value * one.weight + (two?.value ?? 0) * (two?.weight ?? 0)) / weight;
      joined.push({ value, weight });
    }
    kept = joined;
  }
  return kept;
}

/** Draws n of the points with replacement by their weights, as counts of each value; the weights are whole numbers. */
export function resampler(
  points: readonly WeightedPoint[],
  generator: ReturnType<typeof xoroshiro128plus>,
): (n: number) => WeightedPoint[] {
  // A place for each value that was seen: a draw is one look-up.
  const places = Uint32Array.from(
    points.flatMap(({ weight }, at) => new Array<number>(weight).fill(at)),
  );
  return (n) => {
    const counts = new Uint32Array(points.length);
    for (let draw = 0; draw < n; draw++) {
      const at = places[uniformInt(generator, 0, Math.max(0, places.length - 1))] ?? 0;
      counts[at] = (counts[at] ?? 0) + 1;
    }
    return points.flatMap(({ value }, at) => {
      const weight = counts[at] ?? 0;
      return weight > 0 ? [{ value, weight }] : [];
    });
  };
}
