import { z } from 'zod';
import type { AnswerVariants } from '../../load/answers/answers.ts';
import { UNREAD } from '../../load/answers/answers.ts';
import { loadRowsCodec, loadRowsOf, recordOf } from '../../load/record/load-rows.ts';
import type { LoadRecord } from '../../load/recorder.ts';

/** One distinct body that was answered, by side, query and its own number there. */
export interface SentAnswer {
  readonly side: 0 | 1;
  readonly query: number;
  readonly variant: number;
  readonly body: Uint8Array;
}

/** Requests that were sent, and the bodies that their variants number. */
export interface SentRequests {
  readonly record: LoadRecord;
  readonly answers: readonly SentAnswer[];
}

const sizesSchema = z.strictObject({
  rows: z.int().nonnegative(),
  rowBytes: z.int().nonnegative(),
  /** Side, query, number, bytes of each body, in the order of the bodies. */
  answers: z.array(z.tuple([z.literal([0, 1]), z.int(), z.int(), z.int()])),
});
const headSchema = z.strictObject({ facts: z.unknown(), sizes: sizesSchema });

/** Queries are named by their indices. */
function namesOf(queryCount: number): string[] {
  return Array.from({ length: queryCount }, (_, index) => String(index));
}

/** Requests as bytes, with facts about them: a line of JSON, the requests as Arrow, the bodies one after another. */
export function encodeSent(
  facts: unknown,
  { record, answers }: SentRequests,
  queryCount: number,
): Uint8Array {
  const sent = loadRowsOf(record, namesOf(queryCount));
  const { bytes } = loadRowsCodec.encode(sent);
  const sizes: z.infer<typeof sizesSchema> = {
    rows: sent.length,
    rowBytes: bytes.length,
    answers: answers.map(({ side, query, variant, body }) => [side, query, variant, body.length]),
  };
  return Buffer.concat([
    Buffer.from(`${JSON.stringify({ facts, sizes })}\n`),
    bytes,
    ...answers.map(({ body }) => body),
  ]);
}

/** @throws Error where the bytes are no requests, or the facts not those of the schema. */
export function decodeSent<Facts>(
  bytes: Uint8Array,
  queryCount: number,
  schema: z.ZodType<Facts>,
): SentRequests & { readonly facts: Facts } {
  const line = bytes.indexOf(0x0a);
  const head = headSchema.parse(JSON.parse(Buffer.from(bytes.subarray(0, line)).toString('utf8')));
  const { rows, rowBytes, answers } = head.sizes;
  let at = line + 1 + rowBytes;
  // A copy: the columns want an aligned start.
  const read = loadRowsCodec.decode(Uint8Array.from(bytes.subarray(line + 1, at)), rows);
  return {
    facts: schema.parse(head.facts),
    record: recordOf(read, namesOf(queryCount)).record,
    answers: answers.map(([side, query, variant, sizeBytes]) => {
      at += sizeBytes;
      return { side, query, variant, body: bytes.subarray(at - sizeBytes, at) };
    }),
  };
}

/** Every distinct body of a side. */
export function answersIn(variants: AnswerVariants, side: 0 | 1, queryCount: number): SentAnswer[] {
  return Array.from({ length: queryCount }, (_, query) => query).flatMap((query) =>
    Array.from({ length: variants.variantCount(query) }, (_, index) => ({
      side,
      query,
      variant: index + 1,
      body: variants.variant(query, index + 1),
    })),
  );
}

/**
 * Numbers the bodies of a record as a tally does, adding what is new there.
 * @param arms which side each arm of the record asked
 */
export function renumber(
  { record, answers }: SentRequests,
  arms: readonly (0 | 1)[],
  tally: readonly [AnswerVariants, AnswerVariants],
): LoadRecord {
  const numbers = new Map(
    answers.map(({ side, query, variant, body }) => [
      `${side}/${query}/${variant}`,
      tally[side].look(query, body),
    ]),
  );
  const { schedule } = record;
  return {
    ...record,
    variant: record.variant.map((variant, row) => {
      if (variant === 0 || variant === UNREAD) return variant;
      const side = arms[schedule.arm[row] ?? 0] ?? 0;
      return numbers.get(`${side}/${schedule.query[row]}/${variant}`) ?? UNREAD;
    }),
  };
}
