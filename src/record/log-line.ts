import { withoutSeal } from './line-seal.ts';

/** One line of an append-only JSON-lines log; its bytes are the source of truth, `value` stands beside them. */
export interface LogLine {
  /** 1-based. */
  readonly lineNumber: number;
  /** The line as it stands in the file, its terminator included. */
  readonly bytes: Uint8Array;
  /** The line without its terminator (and without a leading byte order mark). */
  readonly text: string;
  /** The JSON object of the line without its seal; null where the line is blank, no whole JSON object, or changed. */
  readonly value: Readonly<Record<string, unknown>> | null;
}

/** A line with its terminator, as it stands in the file. */
export function parseLine(bytes: Uint8Array, lineNumber: number): LogLine {
  let text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  if (text.endsWith('\n')) text = text.slice(0, text.endsWith('\r\n') ? -2 : -1);
  if (lineNumber === 1 && text.startsWith('\uFEFF')) text = text.slice(1);
  return { lineNumber, bytes, text, value: parseObject(withoutSeal(text)) };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
