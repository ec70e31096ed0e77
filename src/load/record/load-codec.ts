import { z } from 'zod';
import { filterSchema } from '../../corpus/filter.ts';
import { jsonCodec, type RecordCodec, taggedJsonCodec } from '../../record/record-codec.ts';
import type {
  DriverSeen,
  MachineSeen,
  ObservedLoop,
  ObservedNonce,
  RecordedLoadPlan,
} from './observed.ts';

const text = z.string();
const count = z.int().nonnegative();
const rate = z.number().positive();
const arm = z.literal([0, 1]);

const ramp = z.object({
  fromPerSecond: z.number().nonnegative(),
  toPerSecond: z.number().nonnegative(),
  durationMs: z.number().positive(),
});

/** The plan, which is written before the first timed request. */
export const loadPlanCodec: RecordCodec<RecordedLoadPlan> = jsonCodec<RecordedLoadPlan>(
  z.object({
    plan: z.object({
      operation: z.enum(['search', 'retrieve']),
      rates: z.array(rate).nullable(),
      ramp: ramp.nullable(),
      pairCount: z.int().positive(),
      requestsPerBlock: z.int().positive(),
      discardPerBlock: count,
      warmUpMs: z.number().nonnegative().nullable(),
      process: z.enum(['constant', 'poisson']),
      pace: z.enum(['precise', 'eco']),
      deadlineMs: z.number().positive(),
      p99MaxMs: z.number().positive().nullable(),
      saturation: z.boolean(),
      recall: z.boolean(),
    }),
    k: z.int().positive(),
    seed: z.int(),
    queryIds: z.array(text),
    leftOutCount: count,
    p99MaxMs: z.number().positive(),
    setKeys: z.array(text),
    loadBefore: z.number().nonnegative(),
  }),
);

/** What was seen of a driver. */
export const driverSchema: z.ZodType<DriverSeen> = z.object({
  loopDelayP99Ms: z.number().nullable(),
  headroom: z.number().nullable(),
  steal: z.number().nullable(),
});

const real = z.number().nullable();

/** What was seen of one of several machines. */
export const machineSchema: z.ZodType<MachineSeen> = z.object({
  name: text,
  health: z
    .object({
      slipP99Ms: real,
      loopDelayP99Ms: real,
      headroom: real,
      offeredPerSecond: z.number(),
      firedPerSecond: real,
      steal: real,
    })
    .nullable(),
  lateMs: real,
  clockMs: real,
});

const machinesSchema = z.array(machineSchema).readonly().exactOptional();

/** What was seen beside the requests of one rate; written last of its files. */
export const rungCodec = jsonCodec(
  z.object({
    ratePerSecond: rate,
    seed: z.int(),
    attempts: z.int().positive(),
    driver: driverSchema,
    machines: machinesSchema,
  }),
);

/** The same of one pass of a ramp. */
export const passCodec = jsonCodec(
  z.object({
    arm,
    warmUpMs: z.number().nonnegative(),
    driver: driverSchema,
    machines: machinesSchema,
  }),
);

/** The same of one trial of a saturation search. */
export const trialCodec = jsonCodec(z.object({ ratePerSecond: rate, driver: driverSchema }));

const loops = z.array(
  z.object({ concurrency: z.int().positive(), okCount: count, measuredMs: z.number() }),
);

interface RecordedLoops {
  readonly incumbent: readonly ObservedLoop[];
  readonly candidate: readonly ObservedLoop[];
}

/** The closed loops of both sides. */
export const loopsCodec: RecordCodec<RecordedLoops> = jsonCodec<RecordedLoops>(
  z.object({ incumbent: loops, candidate: loops }),
);

/** Texts that nobody had asked before, with their answers. */
export const noncesCodec: RecordCodec<readonly ObservedNonce[]> = taggedJsonCodec<
  readonly ObservedNonce[]
>(
  z.array(
    z.object({
      ratePerSecond: rate,
      arm,
      query: z.object({
        id: text,
        text,
        collections: z.array(text),
        filter: filterSchema.exactOptional(),
      }),
      answer: z
        .object({
          ids: z.array(text),
          collections: z.array(text),
          rawScores: z.array(z.custom<number>((value) => typeof value === 'number')),
        })
        .nullable(),
    }),
  ),
);

/** What was seen when everything was measured. */
export const endCodec = jsonCodec(z.object({ loadAfter: z.number().nonnegative() }));
