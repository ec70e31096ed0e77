import { z } from 'zod';
import { jsonCodec, type RecordCodec } from '../../record/record-codec.ts';
import type { Side } from '../../record/types.ts';
import { answerSchema } from '../../traffic/asked-schema.ts';
import type { TrafficAnswer } from '../../traffic/question.ts';
import { OUTCOME_KINDS, type OutcomeKind } from '../../wire/outcome.ts';

/** One request of a replay. */
export interface ReplayRow {
  readonly side: Side;
  /** Two blocks with the same pair hold the same arrivals, one a side. */
  readonly pair: number;
  /** Index of the arrival in the capture. */
  readonly arrival: number;
  readonly need: string;
  readonly outcome: OutcomeKind;
  readonly status: number | null;
  /** Milliseconds since the replay began. */
  readonly intendedMs: number;
  /** Null where it was never sent. */
  readonly firedMs: number | null;
  readonly endMs: number | null;
  /** Index of its answer in the block of answers; null where none came, or (`ok`) none was kept. */
  readonly answer: number | null;
}

/** An answer that came to a need, with its recall; null where there is no truth. */
export interface ReplayAnswer {
  readonly side: Side;
  readonly need: string;
  readonly answer: TrafficAnswer;
  readonly recall: number | null;
}

/** A replay, all of it. */
export interface RecordedReplay {
  readonly capture: string;
  readonly speed: number;
  /** Depth and collections of each need, for the agreement of answers, and whether there is truth for it. */
  readonly needs: readonly {
    readonly id: string;
    readonly k: number;
    readonly collections: readonly string[];
    /** Absent in records of earlier versions. */
    readonly hasTruth?: boolean | undefined;
  }[];
  readonly rows: readonly ReplayRow[];
  readonly answers: readonly ReplayAnswer[];
  /** Arrivals of needs that a side cannot be asked in one request. */
  readonly leftOut: number;
  readonly isComplete: boolean;
}

const side = z.enum(['incumbent', 'candidate']);
const text = z.string();
const index = z.int().nonnegative();
const time = z.number().nullable();

/** Name of the block that holds it. */
export const REPLAY_BLOCK = 'replay';

/** How a replay is written. */
export const replayCodec: RecordCodec<RecordedReplay> = jsonCodec<RecordedReplay>(
  z.object({
    capture: text,
    speed: z.number().positive(),
    needs: z.array(
      z.object({
        id: text,
        k: z.int().positive(),
        collections: z.array(text),
        hasTruth: z.boolean().optional(),
      }),
    ),
    rows: z.array(
      z.object({
        side,
        pair: index,
        arrival: index,
        need: text,
        outcome: z.enum(OUTCOME_KINDS),
        status: z.int().nullable(),
        intendedMs: z.number(),
        firedMs: time,
        endMs: time,
        answer: index.nullable(),
      }),
    ),
    answers: z.array(
      z.object({ side, need: text, answer: answerSchema, recall: z.number().nullable() }),
    ),
    leftOut: index,
    isComplete: z.boolean(),
  }),
);
