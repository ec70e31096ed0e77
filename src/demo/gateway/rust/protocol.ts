/**
 * The few messages of PostgreSQL's extended query protocol that the gateway sends (PostgreSQL
 * documentation, chapter "Frontend/Backend Protocol"). They exist for one reason: a vector travels
 * in binary, which is exact and costs a fifth of parsing its text.
 */

/** Text as text, bytes in the type's binary form, null as NULL. */
export type Parameter = string | Uint8Array | null;

/** Plans a statement; `typeOids` may be shorter than the parameters, 0 leaves a type to be inferred. */
export function parseMessage(name: string, sql: string, typeOids: readonly number[]): Buffer {
  return frame('P', cString(name), cString(sql), int16(typeOids.length), ...typeOids.map(int32));
}

/** Runs a planned statement with these parameters; rows come back in text form. */
export function runMessages(name: string, parameters: readonly Parameter[], maxRows = 0): Buffer {
  const parts: Uint8Array[] = [cString(''), cString(name), int16(parameters.length)];
  for (const value of parameters) parts.push(int16(value instanceof Uint8Array ? 1 : 0));
  parts.push(int16(parameters.length));
  for (const value of parameters) {
    if (value === null) {
      parts.push(int32(-1));
    } else {
      const bytes = typeof value === 'string' ? Buffer.from(value) : value;
      parts.push(int32(bytes.length), bytes);
    }
  }
  parts.push(int16(0));
  return Buffer.concat([frame('B', ...parts), frame('E', cString(''), int32(maxRows))]);
}

/** Asks for the columns of a planned statement. */
export function describeMessage(name: string): Buffer {
  return frame('D', Buffer.from('S', 'latin1'), cString(name));
}

/** Ends an implicit transaction: everything since the last one is kept, or none of it. */
export const SYNC: Buffer = frame('S');

/** A vector in pgvector's binary form: dimension, a reserved word, float32 in network order. */
export function vectorParameter(vector: Float32Array): Buffer {
  const bytes = Buffer.allocUnsafe(4 + vector.length * 4);
  bytes.writeInt16BE(vector.length, 0);
  bytes.writeInt16BE(0, 2);
  for (let i = 0; i < vector.length; i++) bytes.writeFloatBE(vector[i] ?? 0, 4 + i * 4);
  return bytes;
}

/** A text[] literal. */
export function textArrayParameter(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`;
}

function frame(type: string, ...parts: readonly Uint8Array[]): Buffer {
  const sizeBytes = parts.reduce((sum, part) => sum + part.length, 4);
  return Buffer.concat([Buffer.from(type, 'latin1'), int32(sizeBytes), ...parts]);
}

function cString(text: string): Buffer {
  return Buffer.from(`${text}\0`);
}

function int16(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value);
  return bytes;
}
