import type { OutcomeKind } from '../../wire/outcome.ts';

/** The endpoints that a probe compares, one request at a time. */
export type ProbeName = 'embed' | 'search' | 'sql' | 'storage' | 'chat' | 'health';

/** One answer as it came, or why there is none; `value` is null unless the outcome is `ok`. */
export interface ProbeAnswer<Value> {
  readonly outcome: OutcomeKind;
  readonly status: number | null;
  /** One line about a failure; empty when ok. */
  readonly detail: string;
  readonly latencyMs: number;
  readonly value: Value | null;
}

/** The answers of both sides to one question. */
export interface AnswerPair<Value> {
  readonly incumbent: ProbeAnswer<Value>;
  readonly candidate: ProbeAnswer<Value>;
}

/**
 * What a probe observed as JSON text: float32 vectors as base64 of their little-endian bytes, whole
 * numbers beyond 2^53 as text, each in an object of one key.
 */
export function formatProbeRecord(record: unknown): string {
  const text = JSON.stringify(
    record,
    (_key, value: unknown) => {
      if (typeof value === 'bigint') return { $integer: value.toString() };
      if (value instanceof Float32Array) {
        const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
        return { $float32: bytes.toString('base64') };
      }
      return value;
    },
    1,
  );
  return `${text}\n`;
}

/** Reads what `formatProbeRecord` wrote; the shape is the writer's. */
export function parseProbeRecord(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value;
    if ('$integer' in value && typeof value.$integer === 'string') return BigInt(value.$integer);
    if ('$float32' in value && typeof value.$float32 === 'string') {
      const bytes = Buffer.from(value.$float32, 'base64');
      return new Float32Array(new Uint8Array(bytes).buffer);
    }
    return value;
  });
}
