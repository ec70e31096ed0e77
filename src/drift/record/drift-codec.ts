import { z } from 'zod';
import { jsonCodec, type RecordCodec } from '../../record/record-codec.ts';
import { type StoredDrift, storedDriftSchema } from './catalogue.ts';
import type { CapturedPair, CapturedReply, DialectReading } from './raw-replies.ts';

const text = z.string();

const reading: z.ZodType<DialectReading> = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('read'), value: z.unknown() }),
  z.object({ outcome: z.literal('malformed'), why: text }),
  z.object({ outcome: z.literal('refused') }),
]);

const rawReply: z.ZodType<CapturedReply> = z.object({
  requested: text,
  status: z.int(),
  contentType: text,
  headers: z.record(text, text),
  body: z.unknown(),
  reading,
});

const capturedPair: z.ZodType<CapturedPair> = z.object({
  endpoint: text,
  intent: z.enum(['success', 'empty', '4xx']),
  asked: text,
  incumbent: rawReply,
  incumbentAgain: rawReply,
  candidate: rawReply,
  candidateAgain: rawReply,
});

/** One block of responses, in the order in which they were asked for. */
export const repliesCodec: RecordCodec<CapturedPair[]> = jsonCodec(z.array(capturedPair));

const driftSide = z.object({
  /** Name of its dialect. */
  dialect: text,
  /** Path of each endpoint whose answers can be adapted. */
  paths: z.record(text, text),
});

/** How a side is spoken to. */
export type DriftSide = z.output<typeof driftSide>;

const expected = z.object({
  endpoint: text,
  incumbentPath: text.nullable(),
  candidatePath: text.nullable(),
  operation: text,
  scenario: text.optional(),
  reason: text.optional(),
});

/** What a run set out to ask, and what was known before. */
export interface DriftPlan {
  readonly sides: Readonly<Record<'incumbent' | 'candidate', DriftSide>>;
  /** Paired requests an endpoint. */
  readonly count: number;
  readonly k: number;
  readonly model: string | null;
  /** Names in lower case of response headers that are not compared. */
  readonly ignoreHeaders: readonly string[];
  /** What the configuration declares. */
  readonly expected: readonly z.output<typeof expected>[];
  /** The stored catalogue; null where there was none. */
  readonly catalogue: readonly StoredDrift[] | null;
}

/** The plan, which is written before the first request. */
export const driftPlanCodec: RecordCodec<DriftPlan> = jsonCodec<DriftPlan>(
  z.object({
    sides: z.object({ incumbent: driftSide, candidate: driftSide }),
    count: z.int().positive(),
    k: z.int().positive(),
    model: text.nullable(),
    ignoreHeaders: z.array(text),
    expected: z.array(expected),
    catalogue: z.array(storedDriftSchema).nullable(),
  }),
);
