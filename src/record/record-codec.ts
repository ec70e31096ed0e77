import type { z } from 'zod';
import { firstIssue } from '../schema-error.ts';

/** A record as it stands in its file. */
export interface EncodedRecord {
  readonly bytes: Uint8Array;
  /** Rows of a table; null for anything else. */
  readonly rows: number | null;
}

/** How one kind of record is written to a file and read back. */
export interface RecordCodec<Value> {
  readonly extension: 'arrow' | 'json';
  /** @throws Error where a record of up to 64 KiB, as every plan is, could not be read back. */
  readonly encode: (value: Value) => EncodedRecord;
  /** @throws Error where the bytes are no such record, or hold other than the recorded rows. */
  readonly decode: (bytes: Uint8Array, rows: number | null) => Value;
}

/** A check of a larger record would hold up whoever waits for this process: users behind a shadow, for example. */
const MOST_CHECKED_BYTES = 64 * 1024;

/** Records that are JSON values, checked against their schema when they are read, and small ones when they are written. */
export function jsonCodec<Value>(schema: z.ZodType<Value>): RecordCodec<Value> {
  return codecOf(schema, (text) => JSON.parse(text), JSON.stringify);
}

/**
 * The same for records that hold what JSON has not, each in an object of one key: float32 vectors as base64
 * of their little-endian bytes, whole numbers beyond 2^53 and numbers that are not finite as text. Not for
 * records that hold JSON of a backend, which may have such keys of its own.
 */
export function taggedJsonCodec<Value>(schema: z.ZodType<Value>): RecordCodec<Value> {
  return codecOf(
    schema,
    (text) => JSON.parse(text, fromTag),
    (value) => JSON.stringify(value, toTag, 1),
  );
}

function codecOf<Value>(
  schema: z.ZodType<Value>,
  parse: (text: string) => unknown,
  format: (value: Value) => string,
): RecordCodec<Value> {
  const decode = (bytes: Uint8Array): Value => {
    const result = schema.safeParse(parse(Buffer.from(bytes).toString('utf8')));
    if (result.success) return result.data;
    throw new Error(firstIssue(result.error, 'record'));
  };
  return {
    extension: 'json',
    encode: (value) => {
      const bytes = Buffer.from(`${format(value)}\n`);
      if (bytes.length <= MOST_CHECKED_BYTES) decode(bytes);
      return { bytes, rows: null };
    },
    decode,
  };
}

function toTag(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return { $integer: value.toString() };
  if (typeof value === 'number' && !Number.isFinite(value)) return { $number: String(value) };
  if (value instanceof Float32Array) {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return { $float32: bytes.toString('base64') };
  }
  return value;
}

function fromTag(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('$integer' in value && typeof value.$integer === 'string') return BigInt(value.$integer);
  if ('$number' in value && typeof value.$number === 'string') return Number(value.$number);
  if ('$float32' in value && typeof value.$float32 === 'string') {
    const bytes = Buffer.from(value.$float32, 'base64');
    return new Float32Array(new Uint8Array(bytes).buffer);
  }
  return value;
}
