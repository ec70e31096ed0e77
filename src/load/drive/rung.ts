import { driverHealth } from '../find/requests/driver-health.ts';
import { judgeMachines } from '../find/requests/machines.ts';
import { judgeValidity, type ValidityLimits } from '../find/requests/validity.ts';
import { measureFloor } from '../floor/floor.ts';
import { FLOOR_WARM_UP_MS, floorMs } from '../pace/expected-time.ts';
import type { PlannedSchedule } from '../pace/planned-schedule.ts';
import type { ArrivalProcess } from '../pace/schedule.ts';
import type { ObservedRung } from '../record/observed.ts';
import { type SendOptions, type SentSchedule, sendSchedule } from './machines.ts';

/** What one rung of the ladder is measured with. */
export interface RungOptions extends SendOptions {
  readonly ratePerSecond: number;
  readonly process: ArrivalProcess;
  readonly pairCount: number;
  readonly requestsPerBlock: number;
  readonly discardPerBlock: number;
  readonly seed: number;
  readonly querySeed: number;
  /** Whether queries that neither side has seen are left; the first rung's privilege. */
  readonly fresh: boolean;
  /** Latency the rung is held against in milliseconds, null where there is none. */
  readonly objectiveMs: number | null;
  /** By default what the rate asks for. */
  readonly warmUpMs?: number;
  readonly validityLimits?: ValidityLimits;
}

const MAX_ATTEMPTS = 3;

/** Measures one rung: floor, A/A, then A/B; a rung whose driver was not fit is repeated, then left as it is. */
export async function runRung(options: RungOptions): Promise<ObservedRung> {
  const { arms, ratePerSecond, seed, signal } = options;
  // As much as one machine sends.
  const floorRate = ratePerSecond / (options.machines?.count ?? 1);
  const floor = await measureFloor({
    ratePerSecond: floorRate,
    durationMs: floorMs(floorRate),
    warmUpMs: options.warmUpMs ?? FLOOR_WARM_UP_MS,
    process: options.process,
    seed,
    requestBytes: arms[0].exchanges[0]?.body?.length ?? 0,
    replyBytes: 1000,
    ...(signal === undefined ? {} : { signal }),
  });
  const { record, blocks, machines: before = [] } = await interleave([0, 0], options, 'reserved');
  const self = { record, blocks };
  for (let attempts = 1; ; attempts++) {
    const fresh = options.fresh && attempts === 1;
    const { driver, machines, ...both } = await interleave(
      [0, 1],
      options,
      fresh ? 'first' : 'repeat',
    );
    const health = driverHealth(both.record, driver);
    const whole = judgeValidity(health, options.objectiveMs, options.validityLimits);
    const { valid } = judgeMachines(
      whole,
      machines ?? [],
      options.objectiveMs,
      options.validityLimits,
    );
    const lost = [...before, ...(machines ?? [])].filter(({ health: own }) => own === null);
    if (!valid && lost.length === 0 && attempts < MAX_ATTEMPTS && signal?.aborted !== true)
      continue;
    const fit = machines?.filter(({ health: own }) => own !== null);
    const seen = fit === undefined ? {} : { machines: [...fit, ...lost] };
    return { ratePerSecond, seed, attempts, driver, ...seen, floor, self, both };
  }
}

async function interleave(
  sides: readonly [0 | 1, 0 | 1],
  options: RungOptions,
  queries: 'first' | 'repeat' | 'reserved',
): Promise<SentSchedule> {
  const { pairCount, requestsPerBlock, discardPerBlock, ratePerSecond } = options;
  const planned: PlannedSchedule = {
    shape: 'blocks',
    ...{ pairCount, requestsPerBlock, discardPerBlock, ratePerSecond },
    process: options.process,
    seed: options.seed,
    querySeed: options.querySeed,
    queryCount: options.arms[0].exchanges.length,
    queries,
    ...(options.warmUpMs === undefined ? {} : { warmUpMs: options.warmUpMs }),
  };
  return await sendSchedule(sides, planned, options);
}
