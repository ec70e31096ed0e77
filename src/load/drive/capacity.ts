import { recallUnderLoad, settleAnswers } from '../answers/answers.ts';
import { errorRate } from '../judge/books.ts';
import {
  findKnee,
  judgeTrial,
  type Knee,
  type Objective,
  SEARCH_DEFAULTS,
  type SearchResult,
  searchSaturation,
} from '../judge/saturation.ts';
import { summarizeTrial } from '../judge/summary.ts';
import { judgeValidity } from '../judge/validity.ts';
import type { ArrivalProcess } from '../pace/schedule.ts';
import type { LoadSide } from './rung.ts';
import { type DriverOptions, type LoadArm, runClosedTrial, runTrial } from './trial.ts';

/** How the closed-loop ladder is climbed. */
export interface KneeOptions extends DriverOptions {
  readonly arm: LoadArm;
  readonly maxConcurrency: number;
  readonly durationMs: number;
  readonly warmUpMs: number;
  readonly seed: number;
}

/** Doubles the requests in flight until throughput gains no more; a closed loop, so service time only. */
export function measureKnee(options: KneeOptions): Promise<Knee> {
  return findKnee(options.maxConcurrency, async (concurrency) => {
    const { throughputPerSecond } = await runClosedTrial({ ...options, concurrency });
    options.signal?.throwIfAborted();
    return throughputPerSecond;
  });
}

/** How the highest rate that meets an objective is searched. */
export interface CapacityOptions extends DriverOptions {
  readonly side: LoadSide;
  readonly objective: Objective;
  readonly firstRate: number;
  readonly ceilingRate: number;
  readonly trialMs: number;
  readonly warmUpMs?: number;
  readonly process: ArrivalProcess;
  readonly seed: number;
}

/** Searches the highest open-loop rate at which one side meets the objective, to 1%, confirmed twice. */
export function measureCapacity(options: CapacityOptions): Promise<SearchResult> {
  const { side, objective, firstRate, ceilingRate } = options;
  return searchSaturation(
    { ...SEARCH_DEFAULTS, firstRate, ceilingRate },
    async (ratePerSecond, { trials }) => {
      const trial = await runTrial({
        ...options,
        arms: [side.arm],
        ratePerSecond,
        durationMs: options.trialMs,
        seed: options.seed + trials,
      });
      options.signal?.throwIfAborted();
      const { answers } = side.arm;
      const values =
        side.read === null || answers === undefined
          ? null
          : settleAnswers(trial.record, answers, 0, side.read);
      const { response, books, offeredPerSecond } = summarizeTrial(trial.record, trial.rows);
      return judgeTrial(
        {
          valid: judgeValidity(trial.health, objective.p99MaxMs).valid,
          p99Ms: response.p99Ms,
          errorRate: errorRate(books),
          recall: values === null ? null : recallUnderLoad(values, trial.rows),
          backlogPerSecond: trial.backlogPerSecond,
          offeredPerSecond,
        },
        objective,
      );
    },
  );
}
