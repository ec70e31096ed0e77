import type { Arm } from '../../record/types.ts';

/** One metric of one query in every arm: as served (a failed request scores 0), null where undefined. */
export interface QueryScores {
  readonly queryId: string;
  readonly need: string;
  /** What several needs have in common, a role or a template; null where the query names none. */
  readonly cluster: string | null;
  readonly served: Readonly<Partial<Record<Arm, number | null>>>;
  /** Arms whose request was answered. */
  readonly answered: Readonly<Partial<Record<Arm, boolean>>>;
  /** Arms that were answered with no row though there are documents to find; absent where there are none. */
  readonly empty?: Readonly<Partial<Record<Arm, true>>>;
  /** Pairs of arms of which a list lacks rows, by the incumbent's arm; absent where there are none. */
  readonly level?: Readonly<Partial<Record<Arm, LevelPair>>>;
}

/** Two lists, of which one at least has fewer rows than there are documents to find. */
export interface LevelPair {
  /** Candidate − incumbent at the depth that both lists reach; null where it is undefined. */
  readonly difference: number | null;
  /** Whether the incumbent's list lacks rows. */
  readonly incumbentIsShort: boolean;
}

/** An arm of the incumbent and the arm that is held against it. */
export type ArmPair = readonly [incumbent: Arm, candidate: Arm];

/** The candidate's arms against the incumbent's, each asked side by side. */
export const SIDE_PAIRS: readonly ArmPair[] = [
  ['A', 'B'],
  ['A2', 'B2'],
];
/** The one pair of a query that each side is asked once. */
export const FIRST_PAIR: readonly ArmPair[] = [['A', 'B']];
/** The incumbent against itself. */
export const NOISE_PAIRS: readonly ArmPair[] = [['A', 'A2']];

/** Which pairs of answers are compared, and how: see `pairedDifference`. */
export type Compared = 'served' | 'noise' | 'level' | 'uncredited';

/**
 * The two claims that a pass of a metric needs, wherever a metric of both sides is judged: the loss over what both
 * gave, and the loss as served. Where every request was answered with a whole list they are one.
 */
export const CLAIMS = ['level', 'served'] as const satisfies readonly Compared[];

/**
 * Mean over pairs of arms of (candidate − incumbent) for one query, in [−1, 1]; null where no pair has a value.
 *
 * - `served`: a failed request and an empty list score 0 on either side alike. A pair in which neither side gave a row
 *   has no value: it shows no agreement.
 * - `noise`: pairs of which both requests were answered, one at least with rows. A failure leaves out its whole pair
 *   and never one side of it: leaving out one side makes identical sides differ.
 * - `level`: pairs in which both sides gave rows, at the depth that both lists reach. What one side lacks is neither a
 *   credit nor a charge; `served` charges it.
 * - `uncredited`: the estimate that is shown. Pairs in which the incumbent gave rows and the candidate answered; where
 *   the incumbent's list lacks rows, no more than at the depth that both reach.
 */
export function pairedDifference(
  scores: QueryScores,
  pairs: readonly ArmPair[],
  how: Compared,
): number | null {
  return meanOf(
    pairs.map((pair) => (isCompared(scores, pair, how) ? differenceOf(scores, pair, how) : null)),
  );
}

/** `pairedDifference` as one number a need, in order of need id; needs without a value are left out. */
export function differencesByNeed(
  scores: readonly QueryScores[],
  pairs: readonly ArmPair[],
  how: Compared,
): number[] {
  return averageByNeed(
    scores.map((entry) => ({ need: entry.need, value: pairedDifference(entry, pairs, how) })),
  );
}

/** Differences of both claims, as served and over what both gave; null where that is the same. */
export function claimedDifferences(
  scores: readonly QueryScores[],
  pairs: readonly ArmPair[],
): { readonly differences: number[]; readonly answeredDifferences: number[] | null } {
  return {
    differences: differencesByNeed(scores, pairs, 'served'),
    answeredDifferences: scores.some(isIncomplete)
      ? differencesByNeed(scores, pairs, 'level')
      : null,
  };
}

/** Whether a request of the query failed, or a list lacks rows, so that the two claims differ. */
function isIncomplete({ answered, empty, level }: QueryScores): boolean {
  return empty !== undefined || level !== undefined || Object.values(answered).includes(false);
}

/** Whether an arm was answered, and with a row where there are documents to find. */
export function gaveRows({ answered, empty }: QueryScores, arm: Arm): boolean {
  return answered[arm] === true && empty?.[arm] !== true;
}

function isCompared(scores: QueryScores, [one, other]: ArmPair, how: Compared): boolean {
  const { answered } = scores;
  switch (how) {
    case 'served':
      return gaveRows(scores, one) || gaveRows(scores, other);
    case 'noise':
      return (
        answered[one] === true &&
        answered[other] === true &&
        (gaveRows(scores, one) || gaveRows(scores, other))
      );
    case 'level':
      return gaveRows(scores, one) && gaveRows(scores, other);
    case 'uncredited':
      return gaveRows(scores, one) && answered[other] === true;
  }
}

function differenceOf(
  { served, level }: QueryScores,
  [one, other]: ArmPair,
  how: Compared,
): number | null {
  const incumbent = served[one] ?? null;
  const candidate = served[other] ?? null;
  const whole = incumbent === null || candidate === null ? null : candidate - incumbent;
  const uneven = level?.[one];
  if (uneven === undefined || how === 'served' || how === 'noise') return whole;
  if (how === 'level') return uneven.difference;
  return uneven.incumbentIsShort && whole !== null
    ? Math.min(whole, uneven.difference ?? 0)
    : whole;
}

/** Mean over the arms that have a value; null where none has. */
export function servedMean(scores: QueryScores, arms: readonly Arm[]): number | null {
  return meanOf(arms.map((arm) => scores.served[arm] ?? null));
}

/** `servedMean` as one number a need, in order of need id; needs without a value are left out. */
export function servedByNeed(scores: readonly QueryScores[], arms: readonly Arm[]): number[] {
  return averageByNeed(
    scores.map((entry) => ({ need: entry.need, value: servedMean(entry, arms) })),
  );
}

/** Averages values within a need and gives one number a need, in order of need id; nulls are left out. */
export function averageByNeed(
  values: readonly { readonly need: string; readonly value: number | null }[],
): number[] {
  const groups = new Map<string, number[]>();
  for (const { need, value } of values) {
    if (value === null) continue;
    const group = groups.get(need);
    if (group === undefined) groups.set(need, [value]);
    else group.push(value);
  }
  return [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => group.reduce((sum, value) => sum + value, 0) / group.length);
}

/** Mean of the values that are not null; null where there is none. */
export function meanOf(values: readonly (number | null)[]): number | null {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (value === null) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? null : sum / count;
}
