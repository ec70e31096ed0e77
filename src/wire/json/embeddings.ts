import { MalformedReplyError } from '../dialect.ts';

/**
 * Turns rows of JSON numbers (`count × dimension`) into one Float32Array a row.
 * `field` is the name of the rows in the body, `dimension` what the body says of itself.
 * @throws MalformedReplyError where rows are missing or left over, or where a row is empty, of another
 * length, or holds what is no finite float32.
 */
export function toVectors(
  rows: readonly unknown[],
  count: number,
  dimension: number,
  field: string,
): Float32Array[] {
  if (rows.length !== count) {
    throw new MalformedReplyError(`${field}: expected ${count} vectors, got ${rows.length}`);
  }
  return rows.map((row, index) => toVector(row, dimension, `${field}[${index}]`));
}

/** A plain loop: a schema that visits each number takes several times as long. */
function toVector(row: unknown, dimension: number, place: string): Float32Array {
  if (!Array.isArray(row)) throw new MalformedReplyError(`${place}: expected an array`);
  if (row.length === 0) throw new MalformedReplyError(`${place}: no numbers`);
  if (row.length !== dimension) {
    throw new MalformedReplyError(
      `${place}: expected ${dimension} numbers as the body's dimension says, got ${row.length}`,
    );
  }
  const vector = new Float32Array(dimension);
  for (let i = 0; i < dimension; i++) {
    const value: unknown = row[i];
    if (typeof value !== 'number' && typeof value !== 'bigint') {
      throw new MalformedReplyError(`${place}[${i}]: expected number, got ${nameOf(value)}`);
    }
    vector[i] = Number(value);
    if (!Number.isFinite(vector[i])) {
      throw new MalformedReplyError(`${place}[${i}]: expected a finite float32`);
    }
  }
  return vector;
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
