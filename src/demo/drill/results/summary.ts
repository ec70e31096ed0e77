import { clopperPearsonInterval } from '../../../stats/intervals/binomial-interval.ts';
import { type AttributedCause, attributedTo } from './attributed.ts';
import { smallestDetected } from './rate-search.ts';
import type { Effect, FailedCheck, RunRow, StepName } from './rows.ts';

/** What the drill found out about one fault. */
export interface FaultSummary {
  readonly kind: string;
  readonly corpus: string;
  readonly rate: number;
  readonly declares: readonly Effect[];
  readonly component: string | null;
  /** Names of all checks that failed at full strength, in the order of the steps. */
  readonly checks: readonly string[];
  /** Those that observe what the fault declares. */
  readonly throughDeclared: readonly string[];
  /** Step that first noticed what the fault declares. */
  readonly step: StepName | null;
  /** Checks on the ranking that failed. */
  readonly onRanking: readonly string[];
  readonly attributed: AttributedCause | null;
  readonly smallestRate: number | null;
  /** Rates that were tried beside the full one. */
  readonly ratesTried: number;
  readonly referenceRecall: number | null;
}

/** What the drill found out about one pair of faults. */
export interface PairSummary {
  readonly name: string;
  readonly components: readonly string[];
  readonly detected: boolean;
  readonly attributed: AttributedCause | null;
}

/** How the clean runs ended. */
export interface CleanSummary {
  readonly runs: number;
  readonly counts: Readonly<Record<'pass' | 'inconclusive' | 'fail' | 'unfit', number>>;
  /** Exact 95% interval of the rate of `fail`. */
  readonly lower: number | null;
  readonly upper: number | null;
  /** Runs in which each step was taken, and in which it failed. */
  readonly steps: readonly {
    readonly step: StepName;
    readonly runs: number;
    readonly failed: number;
  }[];
  /** What failed, by run. */
  readonly alarms: readonly string[];
}

const STEPS: readonly StepName[] = ['retrieve', 'answers', 'drift', 'errors', 'load', 'failures'];

/** All checks of a run that failed. */
function failedChecks({ steps }: RunRow): readonly FailedCheck[] {
  return steps.flatMap(({ failed }) => failed);
}

/** Whether a run noticed something that its faults declare. */
export function noticed(run: RunRow): boolean {
  const declares = new Set(run.planted.flatMap((fault) => fault.declares));
  return failedChecks(run).some(({ observes }) => observes.some((effect) => declares.has(effect)));
}

/** The step that first noticed what a run's faults declare; null where none did. */
export function noticingStep(run: RunRow): StepName | null {
  return run.steps.find((step) => noticed({ ...run, steps: [step] }))?.step ?? null;
}

/**
 * The step that lesser rates are measured by: the one that noticed the full strength first, without its blocks for
 * latency where something else than latency gave the fault away; null where nothing did.
 */
export function searchStep(run: RunRow): StepName | null {
  const step = noticingStep(run);
  if (step !== 'retrieve') return step;
  const declares = new Set(run.planted.flatMap((fault) => fault.declares));
  const byAnswers = run.steps
    .filter((entry) => entry.step === 'retrieve')
    .flatMap(({ failed }) => failed)
    .some(
      ({ observes }) =>
        observes.some((effect) => effect !== 'latency') &&
        observes.some((effect) => declares.has(effect)),
    );
  return byAnswers ? 'answers' : step;
}

/** One row a fault that was drilled at full strength, by name. */
export function faultSummaries(runs: readonly RunRow[]): FaultSummary[] {
  return runs
    .flatMap((run) => {
      const [fault] = run.planted;
      if (run.purpose !== 'full' || fault === undefined) return [];
      const lesser = runs.filter(
        (entry) => entry.purpose === 'rate' && entry.planted[0]?.kind === fault.kind,
      );
      const tried = [run, ...lesser].map((entry) => ({
        rate: entry.planted[0]?.rate ?? fault.rate,
        detected: noticed(entry),
      }));
      const failed = failedChecks(run);
      const naming = (wanted: (check: FailedCheck) => boolean): string[] => [
        ...new Set(failed.filter(wanted).map(({ check }) => check)),
      ];
      return [
        {
          kind: fault.kind,
          corpus: run.corpus,
          rate: fault.rate,
          declares: fault.declares,
          component: fault.component,
          checks: naming(() => true),
          throughDeclared: naming(({ observes }) =>
            observes.some((effect) => fault.declares.includes(effect)),
          ),
          step: noticingStep(run),
          onRanking: naming(({ observes }) => observes.includes('ranking')),
          attributed: attributedTo(run.attribution),
          smallestRate: smallestDetected(fault.rate, tried),
          ratesTried: lesser.length,
          referenceRecall: run.referenceRecall,
        },
      ];
    })
    .sort((a, b) => (a.kind < b.kind ? -1 : 1));
}

/** One row a pair. */
export function pairSummaries(runs: readonly RunRow[]): PairSummary[] {
  return runs
    .filter(({ purpose }) => purpose === 'pair')
    .map((run) => ({
      name: run.planted.map(({ kind, rate }) => `${kind}:${rate}`).join(' + '),
      components: run.planted.flatMap(({ component }) => component ?? []),
      detected: noticed(run),
      attributed: attributedTo(run.attribution),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** How the runs without a fault ended: `fail` where any step found fault, `unfit` where nothing could be said. */
export function cleanSummary(runs: readonly RunRow[]): CleanSummary {
  const clean = runs.filter(({ purpose }) => purpose === 'clean');
  const counts = { pass: 0, inconclusive: 0, fail: 0, unfit: 0 };
  for (const run of clean) counts[answerOf(run)] += 1;
  const bounds = clopperPearsonInterval(counts.fail, clean.length);
  return {
    runs: clean.length,
    counts,
    lower: bounds?.lower ?? null,
    upper: bounds?.upper ?? null,
    steps: STEPS.map((step) => {
      const taken = clean.flatMap((run) => run.steps.filter((entry) => entry.step === step));
      return { step, runs: taken.length, failed: taken.filter(hasFailed).length };
    }).filter((entry) => entry.runs > 0),
    alarms: clean.flatMap((run) =>
      failedChecks(run).map(({ check, reason }) => `${run.key}: ${check}: ${reason}`),
    ),
  };
}

function answerOf({ steps }: RunRow): 'pass' | 'inconclusive' | 'fail' | 'unfit' {
  if (steps.some(hasFailed)) return 'fail';
  if (steps.some(({ exitCode }) => exitCode !== 0 && exitCode !== 3)) return 'unfit';
  return steps.some(({ exitCode }) => exitCode === 3) ? 'inconclusive' : 'pass';
}

/** A step that ended with `fail`, or that refused the candidate; a noisy incumbent says nothing about it. */
function hasFailed({ exitCode, failed }: RunRow['steps'][number]): boolean {
  const isRefusal = exitCode !== 0 && exitCode !== 3;
  return exitCode === 1 || (isRefusal && failed.some(({ observes }) => observes.length > 0));
}
