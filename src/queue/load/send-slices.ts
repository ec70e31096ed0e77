import { setTimeout as wait } from 'node:timers/promises';
import { counted } from '../../counted.ts';
import { InfrastructureError } from '../../errors.ts';
import type { Progress } from '../../progress.ts';
import { measureClock, wallMs } from '../server/clock.ts';
import { QUEUE, type QueueServer } from '../server/connect.ts';
import { failuresOf, type JobFailure, resultsOf, workersHere } from '../server/presence.ts';
import type { SliceParts } from './slice-spec.ts';
import { countArmed, sayStart, type TrialName } from './start-signal.ts';

const POLL_MS = 100;
/** From the word to the start: every machine has heard it by then. */
const NOTICE_MS = 1500;
/** After the last request's deadline a slice is given up. */
const GRACE_MS = 60_000;

/** What slices are sent with. */
export interface SendSlices {
  readonly server: QueueServer;
  /** How many slices there are. */
  readonly count: number;
  /** What a worker must be allowed to load. */
  readonly origins: readonly string[];
  /** How long workers that are busy with something else are waited for. */
  readonly waitMs: number;
  /** From the start to the deadline of the last request. */
  readonly expectedMs: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Has every slice of a schedule sent, once all machines are ready.
 * @returns what each machine gave; null for a slice that was lost
 * @throws InfrastructureError where the machines do not come, or one cannot connect
 */
export async function sendSlices(
  name: TrialName,
  options: SendSlices,
): Promise<SliceParts['parts']> {
  const { server, count, expectedMs, progress, signal } = options;
  const { queue, redis } = server;
  const ids = Array.from({ length: count }, (_, slice) => `${name.run}-${name.attempt}-${slice}`);
  await queue.addBulk(
    ids.map((jobId, slice) => ({
      name: 'load-slice',
      data: { ...name, slice },
      opts: { jobId, attempts: 1, removeOnComplete: true, removeOnFail: true },
    })),
  );
  const failures = () => failuresOf(redis, name.run, ids);
  try {
    await untilArmed(name, options, failures);
  } catch (error) {
    await sayStart(redis, name, null);
    for (const id of ids) await queue.remove(id).catch(() => {});
    throw error;
  }
  const { offsetMs } = await measureClock(redis);
  await sayStart(redis, name, wallMs() + offsetMs + NOTICE_MS);
  const until = wallMs() + NOTICE_MS + expectedMs + GRACE_MS;
  for (;;) {
    const given = await resultsOf(redis, name.run, ids);
    const lost = await failures();
    const isOver = ids.every((_, at) => (given[at] ?? lost[at] ?? null) !== null);
    if (isOver || wallMs() > until) {
      return ids.map((_, slice) => {
        const sha256 = given[slice] ?? null;
        if (sha256 === null) progress.note(lostText(slice, lost[slice] ?? null));
        return { slice, sha256 };
      });
    }
    await wait(POLL_MS, undefined, { signal });
  }
}

function lostText(slice: number, failure: JobFailure | null): string {
  return `the slice of machine ${slice + 1} was lost: ${failure === null ? 'nothing came back' : `${failure.why} (${failure.worker})`}`;
}

async function untilArmed(
  name: TrialName,
  { server, count, origins, waitMs, progress, signal }: SendSlices,
  failures: () => Promise<(JobFailure | null)[]>,
): Promise<void> {
  const { redis } = server;
  const ableWorkers = async () =>
    (await workersHere(redis)).filter(
      ({ release, mayLoad }) => release === QUEUE && origins.every((one) => mayLoad.includes(one)),
    ).length;
  let told = count;
  for (const deadline = wallMs() + waitMs; ; ) {
    const armed = await countArmed(redis, name);
    if (armed === count) return progress.remark('');
    const why = (await failures()).find((failure) => failure !== null);
    const able = await ableWorkers();
    const state = `${armed} of ${count} machines are ready, ${counted(able, 'worker')} may load ${origins.join(' and ')}`;
    if (why !== undefined || wallMs() > deadline) {
      const late = `${state}, after ${waitMs / 1000} s`;
      throw new InfrastructureError(
        'load-machines',
        why === undefined ? late : `${why.worker}: ${why.why}`,
        {
          hint: `start as many as --machines says: bench worker … --may-load ${origins.join(',')}`,
        },
      );
    }
    progress.remark(`${armed} of ${count} machines are ready`);
    if (able < told) progress.note(`${state}: waiting`);
    told = Math.min(told, able);
    await wait(POLL_MS, undefined, { signal });
  }
}
