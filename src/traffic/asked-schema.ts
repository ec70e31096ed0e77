import { z } from 'zod';
import { dictionary } from '../corpus/dictionary.ts';
import { filterSchema } from '../corpus/filter.ts';
import { OUTCOME_KINDS } from '../wire/outcome.ts';
import type { AskedQuestion, TrafficAnswer, TrafficQuestion } from './question.ts';

const text = z.string();
const depth = z.int().positive();
const vector = z.union([
  z.instanceof(Float32Array),
  z.array(z.number()).transform((values) => Float32Array.from(values)),
]);

/** A question as it is written. */
export const questionSchema: z.ZodType<TrafficQuestion> = z
  .object({
    operation: z.enum(['search', 'retrieve']),
    collections: z.array(text).min(1),
    text: text.nullable(),
    vector: vector.nullable(),
    k: depth,
    perCollectionK: depth.nullable(),
    filter: filterSchema.nullable(),
  })
  .refine((question) => (question.text === null) !== (question.vector === null), {
    error: 'a question has either a text or a vector',
  });

/** An answer as it is written. */
export const answerSchema: z.ZodType<TrafficAnswer> = z.object({
  outcome: z.enum(OUTCOME_KINDS),
  status: z.int().nullable(),
  ids: z.array(text),
  collections: z.array(text),
  similarities: z.array(z.number().nullable()),
});

const askedSchema: z.ZodType<AskedQuestion> = z.object({
  atMs: z.number().nullable(),
  question: questionSchema,
  redacted: z.boolean(),
  answer: answerSchema.nullable(),
  latencyMs: z.number().nullable(),
});

/** What a line of the frontend's log holds: one question with its answer, redacted before it was written. */
export function askedRecord(asked: AskedQuestion): object {
  const { vector } = asked.question;
  const question = { ...asked.question, vector: vector === null ? null : Array.from(vector) };
  return { asked: 1, ...asked, question };
}

const lineSchema = dictionary(z.unknown()).refine((value) => value.asked === 1);

/** The question of a line of the frontend's log; null where the value is no such line. */
export function parseAsked(value: unknown): AskedQuestion | null {
  if (!lineSchema.safeParse(value).success) return null;
  const line = askedSchema.safeParse(value);
  return line.success ? line.data : null;
}
