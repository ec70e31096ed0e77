import { driverHealth } from '../find/requests/driver-health.ts';
import { judgeValidity, type ValidityLimits } from '../find/requests/validity.ts';
import { measureFloor } from '../floor/floor.ts';
import { FLOOR_WARM_UP_MS, floorMs } from '../pace/expected-time.ts';
import { interleavedSchedule } from '../pace/interleave.ts';
import type { ArrivalProcess } from '../pace/schedule.ts';
import type { BlockRecord, DriverSeen, ObservedRung } from '../record/observed.ts';
import { type DriverOptions, type LoadArm, runSchedule } from './trial.ts';

/** What one rung of the ladder is measured with. */
export interface RungOptions extends DriverOptions {
  /** Incumbent and candidate, asked the same queries. */
  readonly arms: readonly [LoadArm, LoadArm];
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
  const floor = await measureFloor({
    ratePerSecond,
    durationMs: floorMs(ratePerSecond),
    warmUpMs: options.warmUpMs ?? FLOOR_WARM_UP_MS,
    process: options.process,
    seed,
    requestBytes: arms[0].exchanges[0]?.body?.length ?? 0,
    replyBytes: 1000,
    ...(signal === undefined ? {} : { signal }),
  });
  const { record, blocks } = await interleave([arms[0], arms[0]], options, 'reserved');
  const self = { record, blocks };
  for (let attempts = 1; ; attempts++) {
    const fresh = options.fresh && attempts === 1;
    const { driver, ...both } = await interleave(arms, options, fresh ? 'first' : 'repeat');
    const health = driverHealth(both.record, driver);
    const { valid } = judgeValidity(health, options.objectiveMs, options.validityLimits);
    if (!valid && attempts < MAX_ATTEMPTS && signal?.aborted !== true) continue;
    return { ratePerSecond, seed, attempts, driver, floor, self, both };
  }
}

async function interleave(
  arms: readonly [LoadArm, LoadArm],
  options: RungOptions,
  queries: 'first' | 'repeat' | 'reserved',
): Promise<BlockRecord & { readonly driver: DriverSeen }> {
  const { schedule, blocks } = interleavedSchedule({
    pairCount: options.pairCount,
    requestsPerBlock: options.requestsPerBlock,
    discardPerBlock: options.discardPerBlock,
    ratePerSecond: options.ratePerSecond,
    process: options.process,
    seed: options.seed,
    querySeed: options.querySeed,
    queryCount: arms[0].exchanges.length,
    queries,
    ...(options.warmUpMs === undefined ? {} : { warmUpMs: options.warmUpMs }),
  });
  const { record, driver } = await runSchedule(arms, schedule, options);
  return { record, blocks, driver };
}
