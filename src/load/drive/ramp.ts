import { blockOrder } from '../pace/interleave.ts';
import { meanRate } from '../pace/planned-schedule.ts';
import { type ArrivalProcess, warmUpDurationMs } from '../pace/schedule.ts';
import type { RampPlan } from '../plan.ts';
import type { ObservedPass } from '../record/observed.ts';
import { type SendOptions, sendSchedule } from './machines.ts';

/** How both sides are taken from one rate to another. */
export interface RampOptions extends SendOptions {
  readonly ramp: RampPlan;
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
  const { arms, ramp, process, seed, signal } = options;
  const warmUpMs = options.warmUpMs ?? warmUpDurationMs(meanRate(ramp));
  const queryCount = arms[0].exchanges.length;
  const planned = { shape: 'ramp', ...ramp, warmUpMs, process, seed, queryCount } as const;
  for (const [index, arm] of blockOrder(2, seed).entries()) {
    const { record, driver, machines } = await sendSchedule([arm], planned, options);
    if (signal?.aborted === true) break;
    const seen = machines === undefined ? {} : { machines };
    await options.onPass({ arm, warmUpMs, driver, ...seen, record }, index + 1);
  }
}
