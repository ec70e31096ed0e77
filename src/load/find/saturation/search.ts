import type { TrialVerdict } from './objective.ts';

/** Bounds of a saturation search. */
export interface SearchOptions {
  /** First rate to try, requests per second: about what a closed loop reached. */
  readonly firstRate: number;
  /** Rates above are not tried: a peak there is the ladder's ceiling and not the backend's. */
  readonly ceilingRate: number;
  /** The search ends when the interval is this share of its lower end. */
  readonly resolution: number;
  /** How often the found rate must pass again. */
  readonly confirmations: number;
  /** How often an invalid trial is repeated before the driver is called the limit. */
  readonly invalidRepeats: number;
}

/** A search to 1%, confirmed twice. */
export const SEARCH_DEFAULTS = {
  resolution: 0.01,
  confirmations: 2,
  invalidRepeats: 2,
} as const;

/** Where a search stands. `pass` < true saturation < `fail`, as far as is known. */
export interface SearchState {
  readonly phase: 'bracket' | 'bisect' | 'confirm' | 'done';
  /** Highest rate that passed; 0 before any did. */
  readonly passRate: number;
  /** Lowest rate that failed; null before any did. */
  readonly failRate: number | null;
  readonly nextRate: number;
  readonly confirmed: number;
  readonly invalidStreak: number;
  readonly trials: number;
  readonly end: SearchEnd | null;
}

/** How a search ended. */
export type SearchEnd = 'saturated' | 'ladder ceiling' | 'client bound' | 'never passed';

/** What a search found. */
export interface SearchResult {
  readonly end: SearchEnd;
  /** Highest rate that passed and was confirmed, requests per second; 0 where none did. */
  readonly rate: number;
  readonly failRate: number | null;
  readonly trials: number;
}

const GROWTH = 1.5;
const SMALLEST_RATE = 1;

/** A search before its first trial. */
export function beginSearch(options: SearchOptions): SearchState {
  return {
    phase: 'bracket',
    passRate: 0,
    failRate: null,
    nextRate: Math.min(options.firstRate, options.ceilingRate),
    confirmed: 0,
    invalidStreak: 0,
    trials: 0,
    end: null,
  };
}

/** The state after the trial at `state.nextRate` gave a verdict; a pure step. */
export function advanceSearch(
  state: SearchState,
  verdict: TrialVerdict,
  options: SearchOptions,
): SearchState {
  const next = { ...state, trials: state.trials + 1, invalidStreak: 0 };
  if (verdict === 'invalid') {
    const invalidStreak = state.invalidStreak + 1;
    return invalidStreak > options.invalidRepeats
      ? { ...next, invalidStreak, phase: 'done', end: 'client bound' }
      : { ...next, invalidStreak };
  }
  if (verdict === 'pass') {
    if (state.phase !== 'confirm') {
      return choose({ ...next, passRate: Math.max(state.passRate, state.nextRate) }, options);
    }
    const confirmed = state.confirmed + 1;
    if (confirmed < options.confirmations) return { ...next, confirmed };
    const end = state.failRate === null ? 'ladder ceiling' : 'saturated';
    return { ...next, confirmed, phase: 'done', end };
  }
  const failRate = Math.min(state.nextRate, state.failRate ?? Number.POSITIVE_INFINITY);
  if (state.phase === 'confirm') {
    // A rate that did not pass again never passed; what lies a step below has to show that it does.
    return choose(
      { ...next, failRate, confirmed: 0, passRate: failRate * (1 - 2 * options.resolution) },
      options,
      true,
    );
  }
  return choose({ ...next, failRate }, options);
}

function choose(state: SearchState, options: SearchOptions, unproven = false): SearchState {
  const { passRate, failRate } = state;
  if (failRate === null) {
    return passRate >= options.ceilingRate
      ? { ...state, phase: 'confirm', nextRate: passRate }
      : { ...state, phase: 'bracket', nextRate: Math.min(passRate * GROWTH, options.ceilingRate) };
  }
  if (failRate <= SMALLEST_RATE)
    return { ...state, passRate: 0, phase: 'done', end: 'never passed' };
  if (passRate === 0) return { ...state, phase: 'bracket', nextRate: failRate / 2 };
  if (unproven || failRate - passRate <= options.resolution * passRate) {
    return { ...state, phase: 'confirm', nextRate: passRate };
  }
  return { ...state, phase: 'bisect', nextRate: (passRate + failRate) / 2 };
}

/** Searches the highest rate that passes, asking `runTrial` for a verdict rate after rate. */
export async function searchSaturation(
  options: SearchOptions,
  runTrial: (ratePerSecond: number, state: SearchState) => Promise<TrialVerdict>,
): Promise<SearchResult> {
  let state = beginSearch(options);
  while (state.end === null) {
    state = advanceSearch(state, await runTrial(state.nextRate, state), options);
  }
  const { end, passRate, failRate, trials } = state;
  return { end, rate: passRate, failRate, trials };
}

/**
 * What a search came to whose trials had these verdicts, in their order; null where it was not at its end then.
 */
export function searchResult(
  options: SearchOptions,
  verdicts: readonly TrialVerdict[],
): SearchResult | null {
  let state = beginSearch(options);
  for (const verdict of verdicts) state = advanceSearch(state, verdict, options);
  const { end, passRate, failRate, trials } = state;
  return end === null ? null : { end, rate: passRate, failRate, trials };
}
