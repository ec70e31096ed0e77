import type { Arm } from '../../record/types.ts';

/** One metric of one query in every arm: as served (a failed request scores 0), null where undefined. */
export interface QueryScores {
  readonly queryId: string;
  readonly need: string;
  readonly served: Readonly<Partial<Record<Arm, number | null>>>;
  /** Arms whose request was answered. */
  readonly answered: Readonly<Partial<Record<Arm, boolean>>>;
}

/**
 * The paired difference of one query, candidate minus incumbent, in [−1, 1]; null where the metric is undefined.
 * A failed request of the incumbent is left out of its mean, and where it failed the candidate gains nothing:
 * a query that the incumbent failed cannot credit the candidate.
 */
export function pairedDifference(
  scores: QueryScores,
  incumbentArms: readonly Arm[],
  candidateArms: readonly Arm[],
): number | null {
  const candidate = servedMean(scores, candidateArms);
  if (candidate === null) return null;
  const failed = incumbentArms.some((arm) => scores.answered[arm] === false);
  const incumbent = servedMean(
    scores,
    incumbentArms.filter((arm) => scores.answered[arm] === true),
  );
  if (incumbent === null) return failed ? 0 : null;
  const difference = candidate - incumbent;
  return failed ? Math.min(0, difference) : difference;
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
