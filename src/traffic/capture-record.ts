import { z } from 'zod';
import { UsageError } from '../errors.ts';
import { type RecordCodec, taggedJsonCodec } from '../record/record-codec.ts';
import { openRun } from '../record/run/open-run.ts';
import type { RunReader } from '../record/run/run-reader.ts';
import { answerSchema, questionSchema } from './asked-schema.ts';
import type { TrafficAnswer, TrafficQuestion } from './question.ts';

/** What the incumbent answered to a need before the migration. */
export interface BaselineAnswer {
  readonly atMs: number | null;
  /** The last answer that was seen. */
  readonly answer: TrafficAnswer;
  /** The first one, where there were two or more: what the incumbent differs from itself. */
  readonly earlier: TrafficAnswer | null;
}

/** One need of traffic, with how often it was asked. */
export interface CapturedNeed {
  /** `need-000001`, by the order in which they were first asked. */
  readonly id: string;
  readonly question: TrafficQuestion;
  /** Times it was asked. */
  readonly count: number;
  /** By how often it was asked, e.g. `asked 2–3 times`. */
  readonly stratum: string;
  /** Needs of its stratum that it stands for: 1 where all of them were kept. */
  readonly represents: number;
  readonly redacted: boolean;
  readonly baseline: BaselineAnswer | null;
}

/** When something was asked: milliseconds since the first request, and the index of the need. */
export interface Arrival {
  readonly atMs: number;
  readonly need: number;
}

/** What a capture keeps of traffic. */
export interface CapturedTraffic {
  readonly needs: readonly CapturedNeed[];
  /** In order of time; empty where the source gives no times. */
  readonly arrivals: readonly Arrival[];
  /** Requests at whose time another need of the same stratum stands, since theirs was not kept. */
  readonly standIns: number;
  /** Needs that were seen, kept or not. */
  readonly needsSeen: number;
  readonly requests: number;
  /** First and last request, milliseconds since 1970; null without times. */
  readonly firstAtMs: number | null;
  readonly lastAtMs: number | null;
}

const count = z.int().nonnegative();
const time = z.number().nullable();

/** How what was captured is written. */
export const captureCodec: RecordCodec<CapturedTraffic> = taggedJsonCodec<CapturedTraffic>(
  z.object({
    needs: z.array(
      z.object({
        id: z.string(),
        question: questionSchema,
        count,
        stratum: z.string(),
        represents: z.number().positive(),
        redacted: z.boolean(),
        baseline: z
          .object({ atMs: time, answer: answerSchema, earlier: answerSchema.nullable() })
          .nullable(),
      }),
    ),
    arrivals: z.array(z.object({ atMs: z.number().nonnegative(), need: count })),
    standIns: count,
    needsSeen: count,
    requests: count,
    firstAtMs: time,
    lastAtMs: time,
  }),
);

/** Name of the block that holds it. */
export const CAPTURE_BLOCK = 'traffic';

/** A capture that was read back. */
export interface OpenedCapture {
  readonly folder: string;
  readonly id: string;
  /** When it was made, ISO 8601. */
  readonly createdAt: string;
  /** Fingerprint of the dialect by which the incumbent's answers were read. */
  readonly fingerprint: string;
  readonly traffic: CapturedTraffic;
}

/**
 * Opens a capture.
 * @throws UsageError where the folder is no run of `bench capture`, or was changed.
 */
export async function openCapture(folder: string): Promise<OpenedCapture> {
  const run = await openRun(folder);
  if (run.description?.kind !== 'capture') {
    throw new UsageError('capture', `${folder}: no capture`, {
      hint: 'name a run folder of bench capture',
    });
  }
  const { id, createdAt, dialects } = run.description;
  const traffic = await capturedIn(run);
  return { folder: run.folder, id, createdAt, fingerprint: dialects.incumbent, traffic };
}

/** What a run of `bench capture` recorded. @throws UsageError where it is missing or damaged. */
export function capturedIn(run: RunReader): Promise<CapturedTraffic> {
  return run.record(CAPTURE_BLOCK, captureCodec);
}
