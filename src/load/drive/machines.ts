import { type PlannedSchedule, scheduleOf } from '../pace/planned-schedule.ts';
import type { BlockRecord, DriverSeen, MachineSeen } from '../record/observed.ts';
import { type DriverOptions, type LoadArm, runSchedule } from './trial.ts';

/** A schedule that was sent. */
export interface SentSchedule extends BlockRecord {
  /** Of several machines the worst. */
  readonly driver: DriverSeen;
  /** Where several sent it. */
  readonly machines?: readonly MachineSeen[];
}

/** Machines that put one load together. */
export interface LoadMachines {
  readonly count: number;
  /**
   * Sends a schedule, a slice from each machine.
   * @param sides which side each arm of the schedule asks: 0 the incumbent, 1 the candidate
   */
  readonly send: (
    sides: readonly (0 | 1)[],
    schedule: PlannedSchedule,
  ) => Promise<SentSchedule & { readonly machines: readonly MachineSeen[] }>;
}

/** What a schedule is sent with. */
export interface SendOptions extends DriverOptions {
  /** Incumbent and candidate. */
  readonly arms: readonly [LoadArm, LoadArm];
  /** Machines that send it; by default this process does. */
  readonly machines?: LoadMachines | null;
}

/** Sends a schedule from this process, or from several machines. */
export async function sendSchedule(
  sides: readonly (0 | 1)[],
  planned: PlannedSchedule,
  options: SendOptions,
): Promise<SentSchedule> {
  const { arms, machines } = options;
  if (machines) return await machines.send(sides, planned);
  const { schedule, blocks } = scheduleOf(planned);
  const asked = sides.map((side) => arms[side]);
  const { record, driver } = await runSchedule(asked, schedule, options);
  return { record, blocks, driver };
}
