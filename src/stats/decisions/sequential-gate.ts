import { bettingProcess } from './betting-capital.ts';
import type { GateState } from './gate-decision.ts';

/** Levels of a sequential gate. */
export interface SequentialGateOptions {
  /** One-sided level of either answer; default 0.05. */
  readonly alpha?: number;
  /** Level of a failure where it is stricter, since several gates are looked at; default `alpha`. */
  readonly failAlpha?: number;
  /** Largest share of the capital one need may cost; default 0.9. */
  readonly truncation?: number;
}

/** A gate that may be looked at after every need. */
export interface SequentialGate {
  /** Takes the next need's difference, in [−1, 1]; after a decision nothing changes it. */
  readonly add: (difference: number) => GateState;
  readonly state: () => GateState;
  /** Needs taken so far. */
  readonly seen: () => number;
  /** Needs it took to decide; null while undecided. */
  readonly decidedAfter: () => number | null;
  /** Share of the way to each answer in ln capital: 1 decides, below 0 leans away. */
  readonly progress: () => { readonly pass: number; readonly fail: number };
}

/**
 * Three-way gate on Δ = candidate − incumbent by betting, which may stop early for either answer.
 *
 * With x = (d + 1)/2 and m = (1 − δ)/2: pass once the capital against "mean ≤ −δ" reaches 1/α, fail once that
 * against "mean ≥ −δ" reaches 1/α of a failure. The needs must come in an order drawn at random beforehand. Identical backends
 * pass after 664 needs at δ = .005, α = .05, and nothing passes sooner, however large the gains at the
 * start.
 *
 * @throws RangeError where the margin is outside (0, 1)
 */
export function sequentialGate(
  margin: number,
  { alpha = 0.05, failAlpha = alpha, truncation = 0.9 }: SequentialGateOptions = {},
): SequentialGate {
  if (!(margin > 0 && margin < 1)) {
    throw new RangeError(`a sequential gate needs a margin in (0, 1), got ${margin}`);
  }
  const bets = bettingProcess((1 - margin) / 2, { alpha, truncation });
  const goal = Math.log(1 / alpha);
  const failGoal = Math.log(1 / failAlpha);
  let state: GateState = 'inconclusive';
  let seen = 0;
  let decidedAfter: number | null = null;
  let isAbove = false;
  const least = leastNeedsToPass(margin, alpha, truncation);
  const add = (difference: number): GateState => {
    if (!(difference >= -1 && difference <= 1)) {
      throw new RangeError(`difference ${difference} lies outside [−1, 1]`);
    }
    if (decidedAfter !== null) return state;
    bets.add((difference + 1) / 2);
    seen++;
    // Once reached, 1/α counts for good: a true null ever gives it with probability at most α.
    isAbove ||= bets.logCapitalAbove() >= goal;
    if (isAbove && seen >= least) state = 'pass';
    else if (bets.logCapitalBelow() >= failGoal) state = 'fail';
    if (state !== 'inconclusive') decidedAfter = seen;
    return state;
  };
  return {
    add,
    state: () => state,
    seen: () => seen,
    decidedAfter: () => decidedAfter,
    progress: () => ({
      pass: bets.logCapitalAbove() / goal,
      fail: bets.logCapitalBelow() / failGoal,
    }),
  };
}

/** Beyond this many needs of identical backends no gate is waited for. */
const MOST_NEEDS = 1_000_000;
const leastNeeds = new Map<string, number>();

/** Needs after which identical backends pass. */
function leastNeedsToPass(margin: number, alpha: number, truncation: number): number {
  const key = `${margin} ${alpha} ${truncation}`;
  const known = leastNeeds.get(key);
  if (known !== undefined) return known;
  const bets = bettingProcess((1 - margin) / 2, { alpha, truncation });
  const goal = Math.log(1 / alpha);
  let needs = 0;
  while (bets.logCapitalAbove() < goal && needs < MOST_NEEDS) {
    bets.add(0.5);
    needs++;
  }
  leastNeeds.set(key, needs);
  return needs;
}
