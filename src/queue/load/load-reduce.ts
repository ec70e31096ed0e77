import { counted } from '../../counted.ts';
import { createAnswerVariants } from '../../load/answers/answers.ts';
import { driverHealth } from '../../load/find/requests/driver-health.ts';
import { sliceRows } from '../../load/pace/slice.ts';
import { mergeSlices, type RecordedSlice, worstOf } from '../../load/record/merge-slices.ts';
import type { DriverSeen, MachineSeen } from '../../load/record/observed.ts';
import { sha256Hex } from '../../record/files/write-whole.ts';
import { readSealed, type SharedStore, seal } from '../store/shared-store.ts';
import { type JobData, type JobResult, refusedJob } from '../work/jobs.ts';
import { resultName } from './load-slice.ts';
import { encodeMerged, mergedName } from './merged-load.ts';
import { answersIn, renumber } from './sent-requests.ts';
import { decodeResult, type SliceResult } from './slice-result.ts';
import { readParts, readSide, readSpec, type SliceParts, wholeSchedule } from './slice-spec.ts';

/**
 * Merges what the machines of a load brought back: requests and their times on one axis, answers under one numbering,
 * what was seen of each driver. It refuses unless the parts are every slice of the schedule once, each what its
 * machine gave, or declared lost. Counts, percentiles, histograms and recall are derived from the merged requests.
 *
 * @throws UsageError `job-refused` for a set of parts that is not the plan's
 * @throws Error for a slice that is gone, or not what its machine gave
 */
export async function reduceSlices(
  store: SharedStore,
  job: JobData<'load-reduce'>,
): Promise<JobResult> {
  const list = await readParts(store, job.parts);
  const spec = await readSpec(store, list.trial);
  const parts = plannedParts(list, spec.machines);
  const name = mergedName(job.parts);
  const kept = await readSealed(store, name);
  if (kept !== null) return { sha256: kept.sha256, wasThere: true };
  const whole = wholeSchedule(spec);
  const { machines: count, arms, schedule } = spec;
  const { process, seed, queryCount } = schedule;
  const tally = [
    createAnswerVariants(new Set((await readSide(store, spec.sides[0])).masked)),
    createAnswerVariants(new Set((await readSide(store, spec.sides[1])).masked)),
  ] as const;
  const slices: RecordedSlice[] = [];
  const drivers: DriverSeen[] = [];
  const machines: MachineSeen[] = [];
  for (const [slice, rows] of sliceRows(whole, { machines: count, process, seed }).entries()) {
    const place = `machine ${slice + 1}`;
    const sha256 = parts[slice] ?? null;
    if (sha256 === null) {
      machines.push({ name: place, health: null, lateMs: null, clockMs: null });
      continue;
    }
    const result = await readSlice(store, list, { slice, sha256, queryCount });
    if (result.record.schedule.count !== rows.length) {
      throw new Error(
        `slice ${slice} has ${counted(result.record.schedule.count, 'request')} of ${rows.length}`,
      );
    }
    const { lateMs, clockMs, driver } = result;
    slices.push({ record: renumber(result, arms, tally), rows, lateMs });
    drivers.push(driver);
    const health = driverHealth(result.record, driver);
    machines.push({ name: `${place} (${result.machine})`, health, lateMs, clockMs });
  }
  const merged = {
    record: mergeSlices(whole.schedule, slices),
    answers: ([0, 1] as const).flatMap((side) => answersIn(tally[side], side, queryCount)),
    driver: worstOf(drivers),
    machines,
  };
  const bytes = encodeMerged(merged, queryCount);
  await store.putOnce(name, seal(bytes));
  return { sha256: sha256Hex(bytes), wasThere: false };
}

/** The hash of each slice in order, null for one that was lost. */
function plannedParts({ parts }: SliceParts, machines: number): (string | null)[] {
  const bySlice = new Map(parts.map(({ slice, sha256 }) => [slice, sha256]));
  const stray = parts.find(({ slice }) => slice >= machines);
  if (parts.length !== machines || bySlice.size !== machines || stray !== undefined) {
    throw refusedJob(
      `${parts.length} parts came where ${machines} were planned${stray === undefined ? '' : `, and slice ${stray.slice} is none of them`}${bySlice.size < parts.length ? ', one of them twice' : ''}`,
    );
  }
  return Array.from({ length: machines }, (_, slice) => bySlice.get(slice) ?? null);
}

async function readSlice(
  store: SharedStore,
  list: SliceParts,
  {
    slice,
    sha256,
    queryCount,
  }: { readonly slice: number; readonly sha256: string; readonly queryCount: number },
): Promise<SliceResult> {
  const found = await readSealed(store, resultName(list, slice));
  if (found === null) throw new Error(`what slice ${slice} brought back is gone`);
  if (found.sha256 !== sha256) {
    throw new Error(`what slice ${slice} brought back is not what its machine gave`);
  }
  return decodeResult(found.bytes, queryCount);
}
