import { hostname } from 'node:os';
import { InfrastructureError } from '../../errors.ts';
import { runSchedule } from '../../load/drive/trial.ts';
import { interleavedSchedule } from '../../load/pace/interleave.ts';
import { sliceSchedule } from '../../load/pace/slice.ts';
import { sha256Hex } from '../../record/files/write-whole.ts';
import { measureClock } from '../server/clock.ts';
import type { QueueServer } from '../server/connect.ts';
import { type ObjectName, type SharedStore, seal } from '../store/shared-store.ts';
import { type JobData, type JobResult, refusedJob } from '../work/jobs.ts';
import { answersIn, encodeResult } from './slice-result.ts';
import { armOf, type LoadRights } from './slice-sides.ts';
import { readSide, readSpec, scheduleHash } from './slice-spec.ts';
import { sayArmed, type TrialName, untilServerTime, untilStartIsSaid } from './start-signal.ts';

/** A machine that is armed waits so long for the others. */
const WAIT_FOR_OTHERS_MS = 180_000;

/** Where a slice is carried out. */
export interface SliceGround {
  readonly server: QueueServer;
  readonly store: SharedStore;
  readonly rights: LoadRights;
  readonly signal: AbortSignal;
}

/** Where a slice's result lies. */
export function resultName(name: TrialName, slice: number): ObjectName {
  return { kind: 'load', hash: sha256Hex(Buffer.from(JSON.stringify([name, slice]))) };
}

/**
 * Sends one slice of a schedule: connects, says that it is ready, begins at the time that all are told, and keeps what
 * came back in the store.
 * @throws UsageError `job-refused` for a load that this machine may not put, or a slice that was begun before
 * @throws InfrastructureError where a backend cannot be connected to, or the others never came
 */
export async function sendSlice(
  job: JobData<'load-slice'>,
  { server, store, rights, signal }: SliceGround,
): Promise<JobResult> {
  const { redis } = server;
  const { run, trial, attempt, slice } = job;
  const name = { run, trial, attempt };
  const spec = await readSpec(store, trial);
  const { machines, schedule: options } = spec;
  if (slice >= machines) throw refusedJob(`a load of ${machines} machines has no slice ${slice}`);
  const sides = [
    armOf(await readSide(store, spec.sides[0]), 0, rights),
    armOf(await readSide(store, spec.sides[1]), 1, rights),
  ] as const;
  if (sides.some(({ exchanges }) => exchanges.length !== options.queryCount)) {
    throw refusedJob(`trial ${trial} has not as many requests as queries`);
  }
  const whole = interleavedSchedule(options);
  if (scheduleHash(whole) !== spec.scheduleSha256) {
    throw refusedJob(`trial ${trial}: this machine makes another schedule of the same seed`);
  }
  const { process, seed } = options;
  const own = sliceSchedule(whole, { machines, machine: slice, process, seed });
  const clock = await measureClock(redis);
  let lateMs = 0;
  const { record, driver } = await runSchedule(
    [sides[spec.arms[0]], sides[spec.arms[1]]],
    own.schedule,
    {
      deadlineMs: spec.deadlineMs,
      mode: spec.pace,
      signal,
      beforeStart: async () => {
        await sayArmed(redis, name, slice);
        const atMs = await untilStartIsSaid(redis, name, { withinMs: WAIT_FOR_OTHERS_MS, signal });
        if (atMs === null) {
          throw new InfrastructureError('load-others', 'the other machines did not come', {
            hint: 'start as many workers as --machines says',
          });
        }
        lateMs = await untilServerTime(atMs, clock, signal);
      },
    },
  );
  signal.throwIfAborted();
  const result = {
    machine: `${hostname()}-${globalThis.process.pid}`,
    driver,
    lateMs,
    clockMs: clock.uncertaintyMs,
    record,
    answers: ([0, 1] as const).flatMap((side) =>
      spec.arms.includes(side) ? answersIn(sides[side].answers, side, options.queryCount) : [],
    ),
  };
  const bytes = encodeResult(result, options.queryCount);
  await store.putOnce(resultName(name, slice), seal(bytes));
  return { sha256: sha256Hex(bytes), wasThere: false };
}
