import { hostname } from 'node:os';
import { InfrastructureError } from '../../errors.ts';
import { runSchedule } from '../../load/drive/trial.ts';
import { sliceSchedule } from '../../load/pace/slice.ts';
import { sha256Hex } from '../../record/files/write-whole.ts';
import { measureClock } from '../server/clock.ts';
import type { QueueServer } from '../server/connect.ts';
import { type ObjectName, type SharedStore, seal } from '../store/shared-store.ts';
import { type JobData, type JobResult, refusedJob } from '../work/jobs.ts';
import { answersIn } from './sent-requests.ts';
import { encodeResult } from './slice-result.ts';
import { armOf, type LoadRights } from './slice-sides.ts';
import { readSide, readSpec, wholeSchedule } from './slice-spec.ts';
import { sayArmed, type TrialName, untilServerTime, untilStartIsSaid } from './start-signal.ts';
import { watchRun } from './watch-run.ts';

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
export function resultName({ run, trial, attempt }: TrialName, slice: number): ObjectName {
  const names = JSON.stringify([run, trial, attempt, slice]);
  return { kind: 'load', hash: sha256Hex(Buffer.from(names)) };
}

/**
 * Sends one slice of a schedule: connects, says that it is ready, begins at the time that all are told, and keeps what
 * came back in the store. It ends early where nobody waits for the load any more.
 * @throws NotForThisWorker for a backend that this machine may not load
 * @throws UsageError `job-refused` for a slice that was begun before, or a load that nobody waits for any more
 * @throws InfrastructureError where a backend cannot be connected to, or the others never came
 */
export async function sendSlice(
  job: JobData<'load-slice'>,
  { server, store, rights, signal: ended }: SliceGround,
): Promise<JobResult> {
  const { redis } = server;
  const { run, trial, attempt, slice } = job;
  const name = { run, trial, attempt };
  const spec = await readSpec(store, trial);
  const { machines, schedule } = spec;
  if (slice >= machines) throw refusedJob(`a load of ${machines} machines has no slice ${slice}`);
  const sides = [
    armOf(await readSide(store, spec.sides[0]), 0, rights),
    armOf(await readSide(store, spec.sides[1]), 1, rights),
  ] as const;
  if (sides.some(({ exchanges }) => exchanges.length !== schedule.queryCount)) {
    throw refusedJob(`trial ${trial} has not as many requests as queries`);
  }
  const { process, seed } = schedule;
  const whole = wholeSchedule(spec);
  const own = sliceSchedule(whole, { machines, machine: slice, process, seed });
  const clock = await measureClock(redis);
  using watch = watchRun(redis, run);
  const signal = AbortSignal.any([ended, watch.gone]);
  let lateMs = 0;
  const { record, driver } = await runSchedule(
    spec.arms.map((side) => sides[side]),
    own.schedule,
    {
      deadlineMs: spec.deadlineMs,
      mode: spec.pace,
      signal,
      beforeStart: async () => {
        // Another worker died at it, and may have sent a part: a slice is never sent again.
        if (!(await sayArmed(redis, name, slice)))
          throw refusedJob('a slice of a load is sent once');
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
  ended.throwIfAborted();
  if (watch.gone.aborted) throw refusedJob(`nobody waits for the load ${run} any more`);
  const result = {
    machine: `${hostname()}-${globalThis.process.pid}`,
    driver,
    lateMs,
    clockMs: clock.uncertaintyMs,
    record,
    answers: ([0, 1] as const).flatMap((side) =>
      spec.arms.includes(side) ? answersIn(sides[side].answers, side, schedule.queryCount) : [],
    ),
  };
  const bytes = encodeResult(result, schedule.queryCount);
  await store.putOnce(resultName(name, slice), seal(bytes));
  return { sha256: sha256Hex(bytes), wasThere: false };
}
