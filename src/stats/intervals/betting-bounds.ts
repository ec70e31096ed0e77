import { type BettingOptions, bettingProcess } from '../decisions/betting-capital.ts';

/** Steps of bisection: 2⁻⁴⁰ of the range. */
const STEPS = 40;

/**
 * One-sided lower and upper bound of the mean of values in [0, 1] that hold whenever one stops looking, each
 * at its own level α: the null means whose betting capital has never reached 1/α lie between them.
 *
 * Waudby-Smith & Ramdas, JRSS B 2024: a confidence sequence by inversion of the betting process. The values
 * must come in an order drawn at random beforehand. Without values the bounds are 0 and 1.
 */
export function bettingMeanBounds(
  values: ArrayLike<number>,
  options: BettingOptions = {},
): { readonly lower: number; readonly upper: number } {
  const all = Array.from(values);
  const rejects = (side: 'above' | 'below', nullMean: number): boolean => {
    const goal = Math.log(1 / (options.alpha ?? 0.05));
    const process = bettingProcess(nullMean, options);
    return all.some((value) => {
      process.add(value);
      const capital = side === 'above' ? process.logCapitalAbove() : process.logCapitalBelow();
      return capital >= goal;
    });
  };
  // Capital against "the mean is at most m" falls as m rises, and the other way round: bisection is exact.
  let lower = 0;
  let notRejected = 1;
  for (let step = 0; step < STEPS; step++) {
    const middle = (lower + notRejected) / 2;
    if (rejects('above', middle)) lower = middle;
    else notRejected = middle;
  }
  let upper = 1;
  let accepted = 0;
  for (let step = 0; step < STEPS; step++) {
    const middle = (upper + accepted) / 2;
    if (rejects('below', middle)) upper = middle;
    else accepted = middle;
  }
  return { lower, upper };
}
