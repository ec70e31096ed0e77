/** What a bettor starts from. */
export interface BettingOptions {
  /** Level of the tests; it also scales the bets. Default 0.05. */
  readonly alpha?: number;
  /** Largest share c of the capital that one value may cost, in (0, 1); default 0.5. */
  readonly truncation?: number;
}

/** Two one-sided betting processes against the null mean m, value by value. */
export interface BettingProcess {
  /** Takes the next value, in [0, 1]. */
  readonly add: (value: number) => void;
  /** ln K⁺: large when the mean is above m. */
  readonly logCapitalAbove: () => number;
  /** ln K⁻: large when the mean is below m. */
  readonly logCapitalBelow: () => number;
}

/**
 * Betting e-processes for the mean of values in [0, 1], after Waudby-Smith & Ramdas, JRSS B 2024.
 *
 * K⁺ = Π(1 + λ_i(x_i − m)) with λ_i = min(λ_i^EB, c/m), K⁻ = Π(1 − λ_i(x_i − m)) with λ_i = min(λ_i^EB, c/(1 − m));
 * λ_i^EB is the predictable empirical-Bernstein bet √(2 ln(1/α) / (i ln(1 + i) σ̂²_{i−1})), where mean and
 * variance start from one made-up value (½, ¼). Either capital reaches 1/α with probability at most α if
 * its null holds, whenever one looks.
 *
 * @throws RangeError where m is outside (0, 1)
 */
export function bettingProcess(
  nullMean: number,
  { alpha = 0.05, truncation = 0.5 }: BettingOptions = {},
): BettingProcess {
  if (!(nullMean > 0 && nullMean < 1)) {
    throw new RangeError(`a bet needs a null mean in (0, 1), got ${nullMean}`);
  }
  const stake = 2 * Math.log(1 / alpha);
  let seen = 0;
  let total = 0.5;
  let squares = 0.25;
  let above = 0;
  let below = 0;
  return {
    add: (value) => {
      const variance = squares / (seen + 1);
      seen++;
      const bet = Math.sqrt(stake / (seen * Math.log1p(seen) * variance));
      const move = value - nullMean;
      above += Math.log1p(Math.min(bet, truncation / nullMean) * move);
      below += Math.log1p(-Math.min(bet, truncation / (1 - nullMean)) * move);
      total += value;
      squares += (value - total / (seen + 1)) ** 2;
    },
    logCapitalAbove: () => above,
    logCapitalBelow: () => below,
  };
}

/** The capitals of a whole sequence. */
export interface BettingCapital {
  /** K⁺ after each value. */
  readonly above: readonly number[];
  /** K⁻ after each value. */
  readonly below: readonly number[];
  /** Values it took until K⁺ ≥ 1/α, which rejects "mean ≤ m"; null where it never did. */
  readonly rejectsAtMost: number | null;
  /** Values it took until K⁻ ≥ 1/α, which rejects "mean ≥ m". */
  readonly rejectsAtLeast: number | null;
}

/**
 * Both capitals after each value of a sequence.
 *
 * @throws RangeError where m is outside (0, 1)
 */
export function bettingCapital(
  values: ArrayLike<number>,
  nullMean: number,
  options: BettingOptions = {},
): BettingCapital {
  const process = bettingProcess(nullMean, options);
  const above: number[] = [];
  const below: number[] = [];
  for (const value of Array.from(values)) {
    process.add(value);
    above.push(Math.exp(process.logCapitalAbove()));
    below.push(Math.exp(process.logCapitalBelow()));
  }
  const goal = 1 / (options.alpha ?? 0.05);
  const first = (capital: readonly number[]) => {
    const at = capital.findIndex((value) => value >= goal);
    return at === -1 ? null : at + 1;
  };
  return { above, below, rejectsAtMost: first(above), rejectsAtLeast: first(below) };
}
