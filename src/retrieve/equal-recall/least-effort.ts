/** What an effort gives: less recall than wanted, enough of it, or an error for most requests. */
export type EffortAnswer = 'low' | 'enough' | 'refused';

/** The effort that was found. */
export interface FoundEffort {
  /** The least effort that was seen to be enough; else the greatest that was taken; null where none was. */
  readonly effort: number | null;
  readonly isEnough: boolean;
}

/** How it is looked for. */
export interface EffortSearch {
  /** Effort to begin with. */
  readonly first: number;
  /** Greatest effort that is tried. */
  readonly most: number;
  /** Most trials. */
  readonly trials: number;
  readonly answer: (effort: number) => Promise<EffortAnswer>;
}

/** Two efforts this close are not told apart. */
const CLOSE = 1.05;

/**
 * The least whole effort that is enough: doubled or halved until it is enclosed, then bisected on a logarithmic scale
 * until both ends are within 5%. It takes for granted that a greater effort gives no less.
 */
export async function leastEffort(search: EffortSearch): Promise<FoundEffort> {
  let low = 0;
  let enough = Number.POSITIVE_INFINITY;
  let refused = Number.POSITIVE_INFINITY;
  for (let trial = 0; trial < search.trials; trial++) {
    const effort = nextEffort(low, Math.min(enough, refused), search);
    if (effort === null) break;
    const got = await search.answer(effort);
    if (got === 'low') low = effort;
    else if (got === 'enough') enough = effort;
    else refused = effort;
  }
  if (Number.isFinite(enough)) return { effort: enough, isEnough: true };
  return { effort: low === 0 ? null : low, isEnough: false };
}

/** What is tried next between an effort that is too low and one that is not; null where they are close. */
function nextEffort(
  low: number,
  end: number,
  { first, most }: Pick<EffortSearch, 'first' | 'most'>,
): number | null {
  if (!Number.isFinite(end)) {
    if (low === 0) return Math.max(1, Math.min(first, most));
    return low >= most ? null : Math.min(most, low * 2);
  }
  if (low === 0) return end > 1 ? Math.floor(end / 2) : null;
  if (end - low <= 1 || end / low <= CLOSE) return null;
  return Math.min(end - 1, Math.max(low + 1, Math.round(Math.sqrt(low * end))));
}
