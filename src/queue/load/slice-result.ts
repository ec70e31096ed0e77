import { z } from 'zod';
import type { AnswerVariants } from '../../load/answers/answers.ts';
import { UNREAD } from '../../load/answers/answers.ts';
import { loadRowsCodec, loadRowsOf, recordOf } from '../../load/record/load-rows.ts';
import type { DriverSeen } from '../../load/record/observed.ts';
import type { LoadRecord } from '../../load/recorder.ts';

/** One distinct body that a machine was answered with, by side, query and its own number there. */
export interface SliceAnswer {
  readonly side: 0 | 1;
  readonly query: number;
  readonly variant: number;
  readonly body: Uint8Array;
}

/** What a machine brings back of its slice. */
export interface SliceResult {
  readonly machine: string;
  readonly driver: DriverSeen;
  readonly lateMs: number;
  readonly clockMs: number;
  readonly record: LoadRecord;
  readonly answers: readonly SliceAnswer[];
}

const real = z.number().nullable();
const headSchema = z.strictObject({
  machine: z.string(),
  driver: z.strictObject({ loopDelayP99Ms: real, headroom: real, steal: real }),
  lateMs: z.number(),
  clockMs: z.number(),
  rows: z.int().nonnegative(),
  rowBytes: z.int().nonnegative(),
  /** Side, query, number, bytes of each body, in the order of the bodies. */
  answers: z.array(z.tuple([z.literal([0, 1]), z.int(), z.int(), z.int()])),
});

/** Queries are named by their indices. */
function namesOf(queryCount: number): string[] {
  return Array.from({ length: queryCount }, (_, index) => String(index));
}

/** A result as bytes: a line of JSON, the requests as Arrow, the bodies one after another. */
export function encodeResult(result: SliceResult, queryCount: number): Uint8Array {
  const { machine, driver, lateMs, clockMs, record, answers } = result;
  const sent = loadRowsOf(record, namesOf(queryCount));
  const { bytes } = loadRowsCodec.encode(sent);
  const head: z.infer<typeof headSchema> = {
    machine,
    driver,
    lateMs,
    clockMs,
    rows: sent.length,
    rowBytes: bytes.length,
    answers: answers.map(({ side, query, variant, body }) => [side, query, variant, body.length]),
  };
  return Buffer.concat([
    Buffer.from(`${JSON.stringify(head)}\n`),
    bytes,
    ...answers.map(({ body }) => body),
  ]);
}

/** @throws Error where the bytes are no result. */
export function decodeResult(bytes: Uint8Array, queryCount: number): SliceResult {
  const line = bytes.indexOf(0x0a);
  const { rows, rowBytes, answers, ...head } = headSchema.parse(
    JSON.parse(Buffer.from(bytes.subarray(0, line)).toString('utf8')),
  );
  let at = line + 1 + rowBytes;
  // A copy: the columns want an aligned start.
  const read = loadRowsCodec.decode(Uint8Array.from(bytes.subarray(line + 1, at)), rows);
  return {
    ...head,
    record: recordOf(read, namesOf(queryCount)).record,
    answers: answers.map(([side, query, variant, sizeBytes]) => {
      at += sizeBytes;
      return { side, query, variant, body: bytes.subarray(at - sizeBytes, at) };
    }),
  };
}

/** Every distinct body of a side. */
export function answersIn(
  variants: AnswerVariants,
  side: 0 | 1,
  queryCount: number,
): SliceAnswer[] {
  return Array.from({ length: queryCount }, (_, query) => query).flatMap((query) =>
    Array.from({ length: variants.variantCount(query) }, (_, index) => ({
      side,
      query,
      variant: index + 1,
      body: variants.variant(query, index + 1),
    })),
  );
}

/** Numbers the bodies of a record as another run of it does, adding what is new there. */
export function renumber(
  { record, answers }: SliceResult,
  arms: readonly [0 | 1, 0 | 1],
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
      const side = arms[schedule.arm[row] === 1 ? 1 : 0];
      return numbers.get(`${side}/${schedule.query[row]}/${variant}`) ?? UNREAD;
    }),
  };
}
