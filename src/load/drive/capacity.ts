import type { ValueFor } from '../find/requests/settle.ts';
import { capacityVerdict } from '../find/saturation/capacity.ts';
import { findKnee, type Knee, throughputOf } from '../find/saturation/knee.ts';
import type { Objective } from '../find/saturation/objective.ts';
import { SEARCH_DEFAULTS, type SearchResult, searchSaturation } from '../find/saturation/search.ts';
import type { ArrivalProcess } from '../pace/schedule.ts';
import type { ObservedLoop, ObservedTrial } from '../record/observed.ts';
import { type DriverOptions, type LoadArm, runClosedTrial, runTrial } from './trial.ts';

/** How the closed-loop ladder is climbed. */
export interface KneeOptions extends DriverOptions {
  readonly arm: LoadArm;
  readonly maxConcurrency: number;
  readonly durationMs: number;
  readonly warmUpMs: number;
  readonly seed: number;
  /** Told of every loop. */
  readonly onLoop?: (loop: ObservedLoop) => void;
}

/** Doubles the requests in flight until throughput gains no more; a closed loop, so service time only. */
export function measureKnee(options: KneeOptions): Promise<Knee> {
  return findKnee(options.maxConcurrency, async (concurrency) => {
    const { okCount, measuredMs } = await runClosedTrial({ ...options, concurrency });
    options.signal?.throwIfAborted();
    const loop = { concurrency, okCount, measuredMs };
    options.onLoop?.(loop);
    return throughputOf(loop);
  });
}

/** How the highest rate that meets an objective is searched. */
export interface CapacityOptions extends DriverOptions {
  readonly arm: LoadArm;
  /** Null where answers are not judged. */
  readonly valueFor: ValueFor | null;
  readonly objective: Objective;
  readonly firstRate: number;
  readonly ceilingRate: number;
  readonly trialMs: number;
  readonly warmUpMs?: number;
  readonly process: ArrivalProcess;
  readonly seed: number;
  /** Told of every trial, numbered from 1. */
  readonly onTrial?: (trial: ObservedTrial, number: number) => Promise<void>;
}

/** Searches the highest open-loop rate at which one side meets the objective, to 1%, confirmed twice. */
export function measureCapacity(options: CapacityOptions): Promise<SearchResult> {
  const { arm, valueFor, objective, firstRate, ceilingRate } = options;
  return searchSaturation(
    { ...SEARCH_DEFAULTS, firstRate, ceilingRate },
    async (ratePerSecond, { trials }) => {
      const { record, driver } = await runTrial({
        ...options,
        arms: [arm],
        ratePerSecond,
        durationMs: options.trialMs,
        seed: options.seed + trials,
      });
      options.signal?.throwIfAborted();
      const trial = { ratePerSecond, driver, record };
      await options.onTrial?.(trial, trials + 1);
      return capacityVerdict(trial, valueFor, objective);
    },
  );
}
