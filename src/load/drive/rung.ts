import { driverHealth } from '../find/requests/driver-health.ts';
import { judgeMachines } from '../find/requests/machines.ts';
import { judgeValidity, type ValidityLimits } from '../find/requests/validity.ts';
import { measureFloor } from '../floor/floor.ts';
import { FLOOR_WARM_UP_MS, floorMs } from '../pace/expected-time.ts';
import { type InterleaveOptions, interleavedSchedule } from '../pace/interleave.ts';
import type { ArrivalProcess } from '../pace/schedule.ts';
import type { BlockRecord, DriverSeen, MachineSeen, ObservedRung } from '../record/observed.ts';
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
  /** Sends blocks from several machines; by default this process sends them. */
  readonly machines?: LoadMachines | null;
}

/** Blocks that several machines sent. */
export interface SlicedBlocks extends BlockRecord {
  readonly driver: DriverSeen;
  readonly machines: readonly MachineSeen[];
}

/** Machines that put one load together. */
export interface LoadMachines {
  readonly count: number;
  /**
   * Sends a schedule of blocks, a slice from each machine.
   * @param sides which side each arm of the schedule asks: 0 the incumbent, 1 the candidate
   */
  readonly send: (
    sides: readonly [0 | 1, 0 | 1],
    schedule: InterleaveOptions,
  ) => Promise<SlicedBlocks>;
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
): Promise<BlockRecord & Pick<SlicedBlocks, 'driver'> & Partial<SlicedBlocks>> {
  const { arms } = options;
  const asked: InterleaveOptions = {
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
  };
  if (options.machines) return await options.machines.send(sides, asked);
  const { schedule, blocks } = interleavedSchedule(asked);
  const { record, driver } = await runSchedule([arms[sides[0]], arms[sides[1]]], schedule, options);
  return { record, blocks, driver };
}
