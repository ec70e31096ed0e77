import { z } from 'zod';
import { filterSchema } from '../../corpus/filter.ts';
import { jsonCodec, type RecordCodec } from '../../record/record-codec.ts';
import type { SweepPlan } from '../plan/sweep-plan.ts';
import type { SweptIndex } from './swept-index.ts';

const count = z.int().nonnegative();
const share = z.number().gt(0).lte(1);

/** A sweep as it is written down before its first request. */
export interface RecordedSweep extends SweepPlan {
  /** One a variant, in their order. */
  readonly indexes: readonly SweptIndex[];
  /** Why a combination is not asked, a sentence each. */
  readonly leftOut: readonly string[];
}

const number = z.number().nullable();
const text = z.string().nullable();

/** The plan of a sweep. */
export const sweepCodec: RecordCodec<RecordedSweep> = jsonCodec<RecordedSweep>(
  z.object({
    k: z.int().positive(),
    seed: z.int(),
    cell: z.enum(['search', 'retrieve']),
    targets: z.array(share),
    variants: z.array(
      z.object({
        label: z.string(),
        fingerprint: z.string(),
        values: z.record(z.string(), z.string()),
        effortName: text,
      }),
    ),
    points: z.array(
      z.object({
        variant: count,
        effort: z.int().positive().nullable(),
        selectivity: share.nullable(),
      }),
    ),
    queryIds: z.array(z.string()),
    filters: z.array(
      z.object({
        selectivity: share,
        collection: z.string(),
        filters: z.array(z.object({ filter: filterSchema, documents: count })),
      }),
    ),
    rounds: count,
    requestsPerBlock: count,
    concurrency: z.int().positive(),
    indexes: z.array(
      z.object({
        buildMs: number,
        readyMs: number,
        sizeBytes: number,
        kind: text,
        quantisation: text,
        documents: count.nullable(),
        serverVersion: text,
      }),
    ),
    leftOut: z.array(z.string()),
  }),
);
