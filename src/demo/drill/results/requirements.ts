import type { RunRow } from './rows.ts';
import {
  cleanSummary,
  type FaultSummary,
  faultSummaries,
  type PairSummary,
  pairSummaries,
} from './summary.ts';

/** Least share of the attributed disagreement that a planted fault's own component must have. */
const LEAST_SHARE = 0.8;
/** Largest share of clean runs that may be `fail`: 4 of 200. */
const FALSE_ALARMS = 0.02;
/** Largest recall of the reference index at efSearch = k on the corpus where faults of an index are drilled. */
const REFERENCE_RECALL = 0.95;
/** The component of faults that no attribution has a name for. */
const NO_NAME = 'unexplained';

/** Something the drill must show. */
export interface Requirement {
  readonly claim: string;
  /** How many cases there were, and of how many it holds. */
  readonly cases: number;
  readonly met: number;
  readonly holds: boolean;
  /** The cases of which it does not hold, each with what was found instead. */
  readonly failures: readonly string[];
}

/** What must hold of a drill, as far as it was carried out; a claim without a case is left out. */
export function requirementsOf(runs: readonly RunRow[]): Requirement[] {
  const faults = faultSummaries(runs);
  const loud = faults.filter(({ declares }) => !declares.includes('none'));
  const quiet = faults.filter(({ declares }) => declares.includes('none'));
  const ranking = loud.filter(({ declares }) => declares.includes('ranking'));
  const named = ranking.filter(({ component }) => component !== null && component !== NO_NAME);
  const unnamed = ranking.filter(({ component }) => component === NO_NAME);
  const indexed = faults.filter(({ component }) => component === 'index');
  return [
    claim(
      'a fault at full strength is detected through what it declares to change',
      loud,
      ({ throughDeclared }) => throughDeclared.length > 0,
      ({ kind, declares, checks }) =>
        `${kind} declares ${declares.join(', ')}; failed: ${checks.join(', ') || 'nothing'}`,
    ),
    claim(
      'a fault that no cosine ranking may notice fails no check on the ranking',
      quiet,
      ({ onRanking }) => onRanking.length === 0,
      ({ kind, onRanking }) => `${kind}: ${onRanking.join(', ')}`,
    ),
    claim(
      `a ranking fault is attributed to its own component first, with at least ${LEAST_SHARE * 100}%`,
      named,
      isAttributed,
      ({ kind, component, attributed }) =>
        `${kind} (${component}): ${attributed === null ? 'no account' : attributed.top === null ? attributed.status : `${attributed.top} ${percentOf(attributed.share)}`}`,
    ),
    claim(
      'a ranking fault that is none of the components is called unexplained',
      unnamed,
      ({ attributed }) => attributed?.status === 'unexplained',
      ({ kind, attributed }) =>
        `${kind}: ${attributed === null ? 'no account' : `${attributed.status}, ${attributed.top ?? '–'} ${percentOf(attributed.share)}`}`,
    ),
    claim(
      'of two faults that do not mask each other both are in the repair set',
      pairSummaries(runs),
      isRepaired,
      ({ name, components, attributed }) =>
        `${name} (${components.join(' + ')}): ${attributed?.repair?.join(' + ') ?? attributed?.status ?? 'no account'}`,
    ),
    claim(
      `faults of the index are drilled where efSearch = k reaches a recall of at most ${REFERENCE_RECALL}`,
      indexed,
      ({ referenceRecall }) => referenceRecall !== null && referenceRecall <= REFERENCE_RECALL,
      ({ kind, corpus, referenceRecall }) =>
        `${kind} on ${corpus}: ${referenceRecall?.toFixed(4) ?? 'not measured'}`,
    ),
    falseAlarms(runs),
  ].filter(({ cases }) => cases > 0);
}

/** Whether a fault's own component is named first and has its share. */
export function isAttributed({ component, attributed }: FaultSummary): boolean {
  return (
    attributed?.status === 'explained' &&
    attributed.top === component &&
    (attributed.share ?? 0) >= LEAST_SHARE
  );
}

/** Whether both components of a pair are in its repair set. */
export function isRepaired({ components, attributed }: PairSummary): boolean {
  return (
    components.length === 2 &&
    components.every((component) => attributed?.repair?.includes(component) === true)
  );
}

function claim<Case>(
  text: string,
  cases: readonly Case[],
  holds: (entry: Case) => boolean,
  found: (entry: Case) => string,
): Requirement {
  const failures = cases.filter((entry) => !holds(entry));
  return {
    claim: text,
    cases: cases.length,
    met: cases.length - failures.length,
    holds: failures.length === 0,
    failures: failures.map(found),
  };
}

function falseAlarms(runs: readonly RunRow[]): Requirement {
  const { runs: cases, counts, alarms } = cleanSummary(runs);
  const allowed = Math.floor(cases * FALSE_ALARMS);
  return {
    claim: `of ${cases} clean runs at most ${allowed} are fail`,
    cases,
    met: cases - counts.fail,
    holds: counts.fail <= allowed,
    failures: counts.fail <= allowed ? [] : alarms,
  };
}

function percentOf(share: number | null): string {
  return share === null ? '–' : `${(share * 100).toFixed(0)}%`;
}
