import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { InfrastructureError } from '../../errors.ts';
import type { LoadMachines, SlicedBlocks } from '../../load/drive/rung.ts';
import { driverHealth } from '../../load/find/requests/driver-health.ts';
import type { OpenMachines } from '../../load/job/load.ts';
import { type InterleaveOptions, interleavedSchedule } from '../../load/pace/interleave.ts';
import { sliceSchedule } from '../../load/pace/slice.ts';
import { mergeSlices, type RecordedSlice, worstOf } from '../../load/record/merge-slices.ts';
import type { DriverSeen, MachineSeen } from '../../load/record/observed.ts';
import type { Progress } from '../../progress.ts';
import { measureClock, wallMs } from '../server/clock.ts';
import type { QueueServer } from '../server/connect.ts';
import { failureOfJob, isDone, keepAlive } from '../server/presence.ts';
import { type SharedStore, unseal } from '../store/shared-store.ts';
import { resultName } from './load-slice.ts';
import { decodeResult, renumber, type SliceResult } from './slice-result.ts';
import { sideToShare } from './slice-sides.ts';
import { keepJson, type SliceSpec, scheduleHash } from './slice-spec.ts';
import { countArmed, sayStart, type TrialName } from './start-signal.ts';

const POLL_MS = 100;
/** Workers that are busy with something else are waited for so long. */
const WAIT_FOR_ARMED_MS = 120_000;
/** From the word to the start: every machine has heard it by then. */
const NOTICE_MS = 1500;
/** After the last request's deadline a slice is given up. */
const GRACE_MS = 60_000;

/** What a load of several machines is put with. */
export interface MachinesOptions {
  readonly server: QueueServer;
  readonly store: SharedStore;
  readonly count: number;
  /** Headers that somebody configured, by side: their values are not written down. */
  readonly configuredHeaders: readonly [readonly string[], readonly string[]];
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Machines that put one load together, each a worker of the queue: all are given their slice of the same schedule,
 * connect, and begin at one time. A slice is sent once: one that is lost makes the rate invalid.
 */
export function machinesOnQueue(options: MachinesOptions): OpenMachines {
  const { server, store, count, configuredHeaders, signal } = options;
  return async (sides, { deadlineMs, pace }) => {
    const run = randomUUID();
    const alive = await keepAlive(server.redis, run);
    const names = [
      await keepJson(store, sideToShare(sides[0], configuredHeaders[0])),
      await keepJson(store, sideToShare(sides[1], configuredHeaders[1])),
    ] as const;
    const tally = [sides[0].arm.answers, sides[1].arm.answers] as const;
    let attempt = 0;
    const send: LoadMachines['send'] = async (arms, schedule) => {
      const whole = interleavedSchedule(schedule);
      const spec: SliceSpec = {
        version: 1,
        machines: count,
        sides: [...names],
        arms: [...arms],
        deadlineMs,
        pace,
        schedule: specOf(schedule),
        scheduleSha256: scheduleHash(whole),
      };
      const trial = { run, trial: await keepJson(store, spec), attempt: attempt++ };
      const results = await carryOut(options, trial, whole.schedule.durationMs + deadlineMs);
      signal.throwIfAborted();
      const slices: RecordedSlice[] = [];
      const drivers: DriverSeen[] = [];
      const machines = results.map((result, machine): MachineSeen => {
        if (result === null) {
          return { name: `machine ${machine + 1}`, health: null, lateMs: null, clockMs: null };
        }
        const { process, seed } = schedule;
        const { rows } = sliceSchedule(whole, { machines: count, machine, process, seed });
        const { lateMs, clockMs, driver } = result;
        slices.push({ record: renumber(result, arms, tally), rows, lateMs });
        drivers.push(driver);
        const health = driverHealth(result.record, driver);
        return { name: `machine ${machine + 1} (${result.machine})`, health, lateMs, clockMs };
      });
      return {
        record: mergeSlices(whole.schedule, slices),
        blocks: whole.blocks,
        driver: worstOf(drivers),
        machines,
      } satisfies SlicedBlocks;
    };
    return { count, send, [Symbol.asyncDispose]: () => alive[Symbol.asyncDispose]() };
  };
}

function specOf({ order, ...schedule }: InterleaveOptions): SliceSpec['schedule'] {
  if (order === undefined || order === 'interleaved') return schedule;
  throw new RangeError(`blocks in ${order} order are not sent by several machines`);
}

/** Has every slice of a schedule sent. @returns what came back, null for a slice that was lost */
async function carryOut(
  { server, store, count, progress, signal }: MachinesOptions,
  name: TrialName,
  expectedMs: number,
): Promise<(SliceResult | null)[]> {
  const { queue, redis } = server;
  const { schedule } = JSON.parse(
    Buffer.from((await store.get({ kind: 'load', hash: name.trial })) ?? []).toString('utf8'),
  ) as SliceSpec;
  const ids = Array.from({ length: count }, (_, slice) => `${name.run}-${name.attempt}-${slice}`);
  await queue.addBulk(
    ids.map((jobId, slice) => ({
      name: 'load-slice',
      data: { ...name, slice },
      opts: { jobId, attempts: 1, removeOnComplete: true, removeOnFail: true },
    })),
  );
  const failed = () => Promise.all(ids.map((id) => failureOfJob(redis, name.run, id)));
  await untilArmed();
  const { offsetMs } = await measureClock(redis);
  await sayStart(redis, name, wallMs() + offsetMs + NOTICE_MS);
  const until = wallMs() + NOTICE_MS + expectedMs + GRACE_MS;
  const ended = async () => {
    const lost = await failed();
    const done = await Promise.all(ids.map((id) => isDone(redis, name.run, id)));
    return ids.every((_, at) => lost[at] !== null || done[at] === true);
  };
  while (!(await ended()) && wallMs() < until) await wait(POLL_MS, undefined, { signal });
  return await Promise.all(ids.map((_, slice) => resultOf(slice)));

  async function untilArmed(): Promise<void> {
    for (const deadline = wallMs() + WAIT_FOR_ARMED_MS; ; ) {
      const armed = await countArmed(redis, name);
      progress.remark(`${armed} of ${count} machines are ready`);
      if (armed === count) return progress.remark('');
      const why = (await failed()).find((failure) => failure !== null);
      if (why !== undefined || wallMs() > deadline || signal.aborted) {
        await sayStart(redis, name, null);
        for (const id of ids) await queue.remove(id).catch(() => {});
        signal.throwIfAborted();
        throw new InfrastructureError(
          'load-machines',
          why?.why ??
            `${armed} of ${count} machines were ready within ${WAIT_FOR_ARMED_MS / 1000} s`,
          { hint: 'start as many bench worker as --machines says, each with --may-load' },
        );
      }
      await wait(POLL_MS);
    }
  }

  async function resultOf(slice: number): Promise<SliceResult | null> {
    const sealed = await store.get(resultName(name, slice));
    const found = sealed === null ? null : unseal(sealed);
    if (found === null) {
      const why = await failureOfJob(redis, name.run, ids[slice] ?? '');
      progress.note(
        `the slice of machine ${slice + 1} was lost: ${why?.why ?? 'nothing came back'}`,
      );
      return null;
    }
    return decodeResult(found.bytes, schedule.queryCount);
  }
}
