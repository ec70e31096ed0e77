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
}

/** An arm of the incumbent and the arm that is held against it. */
export type ArmPair = readonly [incumbent: Arm, candidate: Arm];

/** The candidate's arms against the incumbent's, each asked side by side. */
export const SIDE_PAIRS: readonly ArmPair[] = [
  ['A', 'B'],
  ['A2', 'B2'],
];
/** The incumbent against itself. */
export const NOISE_PAIRS: readonly ArmPair[] = [['A', 'A2']];

/**
 * Mean over pairs of arms of (candidate − incumbent) for one query, in [−1, 1]; null where no pair has a value.
 *
 * - `served`: a failed request scores 0 on either side alike. A pair that both sides failed has no value: it shows no
 *   agreement.
 * - `answered`: only pairs that both sides answered. A failure leaves out its whole pair and never one side of it:
 *   leaving out one side makes identical sides differ.
 */
export function pairedDifference(
  scores: QueryScores,
  pairs: readonly ArmPair[],
  how: 'served' | 'answered',
): number | null {
  return meanOf(
    pairs.map(([one, other]) => {
      const ended = [one, other].filter((arm) => scores.answered[arm] === true).length;
      if (ended < (how === 'answered' ? 2 : 1)) return null;
      const incumbent = scores.served[one] ?? null;
      const candidate = scores.served[other] ?? null;
      return incumbent === null || candidate === null ? null : candidate - incumbent;
    }),
  );
}

/** Mean over the arms that have a value; null where none has. */
export function servedMean(scores: QueryScores, arms: readonly Arm[]): number | null {
  return meanOf(arms.map((arm) => scores.served[arm] ?? null));
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
