/** How often a rate is halved at most. */
const LARGEST_HALVING = 7;

/** One run of a fault at a rate, and whether what it declares was noticed. */
export interface Tried {
  readonly rate: number;
  readonly detected: boolean;
}

/**
 * The rate to try next on the grid full · 2^−i, i = 0…7, by bisection; null where the smallest rate that is
 * detected is known. A rate below the last point of the grid is taken to go unnoticed.
 */
export function nextRate(full: number, tried: readonly Tried[]): number | null {
  const { detected, missed } = bracket(full, tried);
  if (detected === null || missed - detected <= 1) return null;
  return rateAt(full, Math.floor((detected + missed) / 2));
}

/** The smallest rate at which the fault was detected; null where it never was. */
export function smallestDetected(full: number, tried: readonly Tried[]): number | null {
  const { detected } = bracket(full, tried);
  return detected === null ? null : rateAt(full, detected);
}

/** The smallest rate that is ever tried: where a fault is noticed at it, smaller ones may be as well. */
export function lowestRate(full: number): number {
  return rateAt(full, LARGEST_HALVING);
}

/** Halvings of the smallest detected rate and of the largest missed one below it. */
function bracket(full: number, tried: readonly Tried[]) {
  const halvings = tried.map(({ rate, detected }) => ({
    at: Math.round(Math.log2(full / rate)),
    detected,
  }));
  const hits = halvings.filter(({ detected }) => detected).map(({ at }) => at);
  const detected = hits.length === 0 ? null : Math.max(...hits);
  const misses = halvings.filter((entry) => !entry.detected && entry.at > (detected ?? -1));
  return { detected, missed: Math.min(LARGEST_HALVING + 1, ...misses.map(({ at }) => at)) };
}

function rateAt(full: number, halvings: number): number {
  return Number((full / 2 ** halvings).toPrecision(6));
}
