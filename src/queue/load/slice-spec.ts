import { z } from 'zod';
import type { InterleavedSchedule } from '../../load/pace/interleave.ts';
import { meanRate, type PlannedSchedule, scheduleOf } from '../../load/pace/planned-schedule.ts';
import { sha256Hex } from '../../record/files/write-whole.ts';
import type { SharedStore } from '../store/shared-store.ts';
import { readHashed } from '../work/hashed-object.ts';
import { refusedJob } from '../work/jobs.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const side = z.literal([0, 1]);
/** Requests of one schedule: what one machine holds. */
const MOST_REQUESTS = 1e8;

const rate = z.number().nonnegative().max(1e7);
const common = {
  process: z.enum(['constant', 'poisson']),
  seed: z.int(),
  queryCount: z.int().positive(),
};

const blocksSchema = z.strictObject({
  shape: z.literal('blocks'),
  pairCount: z.int().positive(),
  requestsPerBlock: z.int().positive(),
  discardPerBlock: z.int().nonnegative(),
  ratePerSecond: rate.positive(),
  ...common,
  querySeed: z.int().exactOptional(),
  queries: z.enum(['first', 'repeat', 'reserved']).exactOptional(),
  warmUpMs: z.number().nonnegative().exactOptional(),
});
const rampSchema = z.strictObject({
  shape: z.literal('ramp'),
  fromPerSecond: rate,
  toPerSecond: rate,
  durationMs: z.number().positive(),
  warmUpMs: z.number().nonnegative(),
  ...common,
});
const scheduleSchema = z.discriminatedUnion('shape', [blocksSchema, rampSchema]);

const specSchema = z
  .strictObject({
    version: z.literal(2),
    machines: z.int().positive().max(10_000),
    /** Incumbent and candidate, by the hash of their requests. */
    sides: z.tuple([hash, hash]),
    /** Which side each arm of the schedule asks. */
    arms: z.array(side).min(1).max(2),
    deadlineMs: z.number().positive(),
    pace: z.enum(['precise', 'eco']),
    schedule: scheduleSchema,
    /** Of the whole schedule, so that every machine cuts the same one. */
    scheduleSha256: hash,
  })
  .refine(({ schedule }) => mostRequests(schedule) <= MOST_REQUESTS, {
    error: `more than ${MOST_REQUESTS} requests`,
  })
  .refine(({ schedule, arms }) => arms.length === (schedule.shape === 'ramp' ? 1 : 2), {
    error: 'blocks have two arms, a ramp one',
  });

function mostRequests(schedule: z.infer<typeof scheduleSchema>): number {
  if (schedule.shape === 'ramp') {
    return (meanRate(schedule) * (schedule.warmUpMs + schedule.durationMs)) / 1000;
  }
  const { pairCount, requestsPerBlock, discardPerBlock, ratePerSecond, warmUpMs = 0 } = schedule;
  return (
    2 * pairCount * (requestsPerBlock + discardPerBlock) + (2 * warmUpMs * ratePerSecond) / 1000
  );
}

/** One schedule that several machines send together, as data. */
export type SliceSpec = z.infer<typeof specSchema>;

/** A schedule as it may be written down. @throws ZodError for one that machines do not send */
export function shareableSchedule(planned: PlannedSchedule): SliceSpec['schedule'] {
  return scheduleSchema.parse(planned);
}

const partsSchema = z.strictObject({
  version: z.literal(1),
  run: z.string(),
  trial: hash,
  attempt: z.int().nonnegative(),
  /** Every slice with the sha256 of what its machine brought back; null for one that was lost. */
  parts: z.array(z.strictObject({ slice: z.int().nonnegative(), sha256: hash.nullable() })),
});

/** What is merged into one load, as data. */
export type SliceParts = z.infer<typeof partsSchema>;

const sideSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  ca: z.string().exactOptional(),
  servername: z.string().exactOptional(),
  masked: z.array(z.string()),
  /** Names of headers whose values each machine has in its environment. */
  secretHeaders: z.array(z.string()),
  exchanges: z.array(
    z.strictObject({
      method: z.enum(['GET', 'POST', 'PUT', 'DELETE', 'HEAD']),
      path: z.string().startsWith('/'),
      /** Names and values in turn, without the secret ones. */
      headers: z.array(z.string()),
      /** Base64. */
      body: z.base64().nullable(),
    }),
  ),
});

/** The requests of one side, without its secrets. */
export type SliceSide = z.infer<typeof sideSchema>;

/** Keeps something under the hash of its bytes, which is returned. */
export async function keepJson(
  store: SharedStore,
  value: SliceSpec | SliceSide | SliceParts,
): Promise<string> {
  const bytes = Buffer.from(JSON.stringify(value));
  const name = sha256Hex(bytes);
  await store.putOnce({ kind: 'load', hash: name }, bytes);
  return name;
}

/** @throws UsageError `job-refused` for a schedule that is not there, is another, or is out of bounds. */
export function readSpec(store: SharedStore, name: string): Promise<SliceSpec> {
  return readJson(store, name, specSchema);
}

/** @throws UsageError `job-refused` as `readSpec` does. */
export function readSide(store: SharedStore, name: string): Promise<SliceSide> {
  return readJson(store, name, sideSchema);
}

/** @throws UsageError `job-refused` as `readSpec` does. */
export function readParts(store: SharedStore, name: string): Promise<SliceParts> {
  return readJson(store, name, partsSchema);
}

async function readJson<Value>(
  store: SharedStore,
  name: string,
  schema: z.ZodType<Value>,
): Promise<Value> {
  const bytes = await readHashed(store, { kind: 'load', hash: name }, 'load');
  try {
    return schema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    throw refusedJob(`${name} is no load, or out of bounds`);
  }
}

/**
 * The schedule of a trial, made anew.
 * @throws UsageError `job-refused` where this machine makes another than the coordinator did
 */
export function wholeSchedule({ schedule, scheduleSha256 }: SliceSpec): InterleavedSchedule {
  const whole = scheduleOf(schedule);
  if (scheduleHash(whole) === scheduleSha256) return whole;
  throw refusedJob('this machine makes another schedule of the same seed');
}

/** What a schedule is known by. */
export function scheduleHash({ schedule }: InterleavedSchedule): string {
  const { intendedMs, query, arm, block, measured } = schedule;
  const parts = [intendedMs, query, arm, block, measured];
  return sha256Hex(
    Buffer.concat(
      parts.map(({ buffer, byteOffset, byteLength }) =>
        Buffer.from(buffer, byteOffset, byteLength),
      ),
    ),
  );
}
