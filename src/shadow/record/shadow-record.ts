import { z } from 'zod';
import { jsonCodec, type RecordCodec } from '../../record/record-codec.ts';
import type { Cell } from '../../record/types.ts';
import { answerSchema } from '../../traffic/asked-schema.ts';
import { ANSWER_VIOLATIONS, type AnswerViolation } from '../../traffic/compare-answers.ts';
import type { TrafficAnswer } from '../../traffic/question.ts';

/** An answer, how long it took, and what it breaks of the contract of a ranked list. */
export interface ShadowAnswer extends TrafficAnswer {
  /** Of the incumbent's first answer: until it had left for the user. */
  readonly latencyMs: number | null;
  readonly violations: readonly AnswerViolation[];
}

/** One request of a user that was mirrored. */
export interface ShadowRow {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** Digest of what both sides say they are: evidence of another one does not count. */
  readonly epoch: string;
  readonly need: string;
  readonly operation: Cell;
  readonly collections: readonly string[];
  readonly k: number;
  readonly filtered: boolean;
  /** The question's text, redacted; null where texts are not kept, or it was asked by vector. */
  readonly text: string | null;
  readonly incumbent: ShadowAnswer;
  /** The incumbent asked once more; null outside the share that is. */
  readonly again: ShadowAnswer | null;
  readonly candidate: ShadowAnswer;
  /** Recall of both answers; null where there is no truth for the need. */
  readonly recall: { readonly incumbent: number; readonly candidate: number } | null;
}

/** Why a request that was to be mirrored was not. */
export const DROP_REASONS = ['behind', 'off', 'tooLong', 'noAnswer', 'stopped'] as const;
export type DropReason = (typeof DROP_REASONS)[number];

/** What became of the requests to the incumbent: seen = mirrored + sampledOut + dropped + notReadOnly + open. */
export interface ShadowTally {
  readonly seen: number;
  readonly mirrored: number;
  readonly sampledOut: number;
  readonly dropped: Readonly<Record<DropReason, number>>;
  /** Operations that the dialect does not call read-only, and requests that it cannot read. */
  readonly notReadOnly: number;
  /** Those of them that it cannot read. */
  readonly undecoded: number;
  /** Requests that are under way. */
  readonly open: number;
  /** Second requests to the incumbent. */
  readonly askedAgain: number;
}

/** Something that happened to the shadow itself. */
export interface ShadowEvent {
  readonly atMs: number;
  readonly kind: 'epoch' | 'off' | 'on' | 'start';
  readonly detail: string;
}

/** What is written at once: rows, what happened, and the tally at that moment. */
export interface ShadowSegment {
  readonly rows: readonly ShadowRow[];
  readonly events: readonly ShadowEvent[];
  readonly tally: ShadowTally;
}

/** Claims that a shadow judges. */
export const SHADOW_GATES = ['errors', 'contract', 'overlap', 'rbo', 'recall', 'slow'] as const;
export type ShadowGateName = (typeof SHADOW_GATES)[number];

/** By what a shadow is judged; written before its first request. */
export interface ShadowPlan {
  /** Share of the read requests that is mirrored. */
  readonly sample: number;
  /** Share of the mirrored requests for which the incumbent is asked once more. */
  readonly again: number;
  readonly margins: Readonly<Record<ShadowGateName, number>>;
  readonly alpha: number;
  /** Length of a window of the clock for drift. */
  readonly windowMs: number;
  /** An answer is slow beyond so many times the incumbent's running p95. */
  readonly slowFactor: number;
}

const count = z.int().nonnegative();
const share = z.number().min(0).max(1);
const answer: z.ZodType<ShadowAnswer> = z.intersection(
  answerSchema,
  z.object({
    latencyMs: z.number().nullable(),
    violations: z.array(z.enum(ANSWER_VIOLATIONS)),
  }),
);

/** How a segment is written. */
export const segmentCodec: RecordCodec<ShadowSegment> = jsonCodec<ShadowSegment>(
  z.object({
    rows: z.array(
      z.object({
        atMs: z.number(),
        epoch: z.string(),
        need: z.string(),
        operation: z.enum(['search', 'retrieve']),
        collections: z.array(z.string()),
        k: z.int().positive(),
        filtered: z.boolean(),
        text: z.string().nullable(),
        incumbent: answer,
        again: answer.nullable(),
        candidate: answer,
        recall: z.object({ incumbent: z.number(), candidate: z.number() }).nullable(),
      }),
    ),
    events: z.array(
      z.object({
        atMs: z.number(),
        kind: z.enum(['epoch', 'off', 'on', 'start']),
        detail: z.string(),
      }),
    ),
    tally: z.object({
      seen: count,
      mirrored: count,
      sampledOut: count,
      dropped: z.object({
        behind: count,
        off: count,
        tooLong: count,
        noAnswer: count,
        stopped: count,
      }),
      notReadOnly: count,
      undecoded: count,
      open: count,
      askedAgain: count,
    }),
  }),
);

const margin = z.number().gt(0).lt(1);

/** How the plan is written. */
export const shadowPlanCodec: RecordCodec<ShadowPlan> = jsonCodec<ShadowPlan>(
  z.object({
    sample: share,
    again: share,
    margins: z.object({
      errors: margin,
      contract: margin,
      overlap: margin,
      rbo: margin,
      recall: margin,
      slow: margin,
    }),
    alpha: margin,
    windowMs: z.number().positive(),
    slowFactor: z.number().min(1),
  }),
);

/** Names of the blocks of a run. */
export const SHADOW_PLAN_BLOCK = 'plan';
export const SEGMENT_BLOCK = 'segment-';
