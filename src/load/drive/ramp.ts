import { blockOrder } from '../pace/interleave.ts';
import {
  type ArrivalProcess,
  buildSchedule,
  type Schedule,
  warmUpDurationMs,
} from '../pace/schedule.ts';
import type { RampPlan } from '../plan.ts';
import type { ObservedPass } from '../record/observed.ts';
import { type DriverOptions, type LoadArm, runSchedule } from './trial.ts';

/** How both sides are taken from one rate to another. */
export interface RampOptions extends DriverOptions, RampPlan {
  readonly arms: readonly [LoadArm, LoadArm];
  readonly process: ArrivalProcess;
  readonly seed: number;
  /** At the mean rate; by default what that rate asks for. */
  readonly warmUpMs?: number;
  /** Told of every pass that came to its end, numbered from 1. */
  readonly onPass: (pass: ObservedPass, number: number) => Promise<void>;
}

/**
 * Takes both sides from one rate to another, each twice in seeded ABBA or BAAB order with the same schedule,
 * so that a drift of the machine meets both. Passes that an interruption cut short are left out.
 */
export async function runRamp(options: RampOptions): Promise<void> {
  const warmUpMs = options.warmUpMs ?? warmUpDurationMs(meanRate(options));
  const schedule = rampSchedule(options, warmUpMs);
  for (const [index, arm] of blockOrder(2, options.seed).entries()) {
    const { record, driver } = await runSchedule([options.arms[arm]], schedule, options);
    if (options.signal?.aborted === true) break;
    await options.onPass({ arm, warmUpMs, driver, record }, index + 1);
  }
}

function meanRate({ fromPerSecond, toPerSecond }: RampPlan): number {
  return (fromPerSecond + toPerSecond) / 2;
}

/** A warm-up at the mean rate, which is discarded, then a straight line to the last. */
export function rampSchedule(
  options: Pick<RampOptions, 'arms' | 'process' | 'seed' | keyof RampPlan>,
  warmUpMs: number,
): Schedule {
  const { fromPerSecond, toPerSecond, durationMs } = options;
  const mean = meanRate(options);
  return buildSchedule({
    segments: [
      ...(warmUpMs > 0 ? [{ durationMs: warmUpMs, fromPerSecond: mean, toPerSecond: mean }] : []),
      { durationMs, fromPerSecond, toPerSecond },
    ],
    process: options.process,
    seed: options.seed,
    queryCount: options.arms[0].exchanges.length,
    warmUpMs,
  });
}
