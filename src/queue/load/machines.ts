import { randomUUID } from 'node:crypto';
import { InfrastructureError } from '../../errors.ts';
import type { LoadMachines } from '../../load/drive/machines.ts';
import type { OpenMachines } from '../../load/job/load.ts';
import { scheduleOf } from '../../load/pace/planned-schedule.ts';
import type { Progress } from '../../progress.ts';
import type { QueueServer } from '../server/connect.ts';
import { keepAlive } from '../server/presence.ts';
import { readSealed, type SharedStore } from '../store/shared-store.ts';
import { jobNode, runJobs } from '../work/run-jobs.ts';
import { decodeMerged, type MergedLoad, mergedName } from './merged-load.ts';
import { sendSlices } from './send-slices.ts';
import { renumber } from './sent-requests.ts';
import { sideToShare } from './slice-sides.ts';
import {
  keepJson,
  type SliceParts,
  type SliceSpec,
  scheduleHash,
  shareableSchedule,
} from './slice-spec.ts';

const WAIT_MS = 120_000;

/** What a load of several machines is put with. */
export interface MachinesOptions {
  readonly server: QueueServer;
  readonly store: SharedStore;
  readonly count: number;
  /** Headers that somebody configured, by side: their values are not written down. */
  readonly configuredHeaders: readonly [readonly string[], readonly string[]];
  /** How long machines that are busy with something else are waited for; two minutes by default. */
  readonly waitMs?: number;
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
    const names = [
      await keepJson(store, sideToShare(sides[0], configuredHeaders[0])),
      await keepJson(store, sideToShare(sides[1], configuredHeaders[1])),
    ] as const;
    const run = randomUUID();
    const alive = await keepAlive(server.redis, run);
    const { waitMs = WAIT_MS } = options;
    const origins = sides.map(({ arm }) => new URL(arm.url).origin);
    const tally = [sides[0].arm.answers, sides[1].arm.answers] as const;
    let attempt = 0;
    const send: LoadMachines['send'] = async (arms, planned) => {
      const whole = scheduleOf(planned);
      const { durationMs } = whole.schedule;
      const spec: SliceSpec = {
        version: 2,
        machines: count,
        sides: [...names],
        arms: [...arms],
        deadlineMs,
        pace,
        schedule: shareableSchedule(planned),
        scheduleSha256: scheduleHash(whole),
      };
      const trial = { run, trial: await keepJson(store, spec), attempt: attempt++ };
      const expectedMs = durationMs + deadlineMs;
      const parts = await sendSlices(trial, { ...options, origins, waitMs, expectedMs });
      signal.throwIfAborted();
      const merged = await mergeParts(options, { version: 1, ...trial, parts }, planned.queryCount);
      const record = renumber(merged, arms, tally);
      const { blocks } = whole;
      const { driver, machines } = merged;
      const timed = { ...record, schedule: { ...record.schedule, durationMs } };
      return { record: timed, blocks, driver, machines };
    };
    return { count, send, [Symbol.asyncDispose]: () => alive[Symbol.asyncDispose]() };
  };
}

/** Has what the machines brought back merged, by a worker. */
async function mergeParts(
  { server, store, progress, signal }: MachinesOptions,
  list: SliceParts,
  queryCount: number,
): Promise<MergedLoad> {
  const parts = await keepJson(store, list);
  const run = randomUUID();
  // The stage is that of the load.
  const quiet = { ...progress, stage: () => {}, tick: () => {} };
  const job = jobNode('load-reduce', `${run}-merge`, { run, parts });
  await runJobs(server, run, [job], { progress: quiet, signal });
  const found = await readSealed(store, mergedName(parts));
  if (found !== null) return decodeMerged(found.bytes, queryCount);
  throw new InfrastructureError('queue-load', `${store.label}: the merged load is gone`, {
    hint: 'every machine must name the same store, and the store must keep what it is given',
  });
}
