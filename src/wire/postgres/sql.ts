import { UnsupportedRequestError } from '../dialect.ts';
import type { PgvectorTable } from './options.ts';

/** Each distance of pgvector: its operator, its operator class for an index, and what its value means. */
export const DISTANCES = {
  cosine: { operator: '<=>', class: 'cosine_ops', similarity: (d: number) => 1 - d },
  dot: { operator: '<#>', class: 'ip_ops', similarity: (d: number) => -d },
  euclidean: { operator: '<->', class: 'l2_ops', similarity: (d: number) => -d },
  manhattan: { operator: '<+>', class: 'l1_ops', similarity: (d: number) => -d },
} as const satisfies Record<PgvectorTable['distance'], object>;

/** A name in double quotes. @throws UnsupportedRequestError for NUL */
export function quoted(name: string): string {
  if (name.includes('\0')) throw new UnsupportedRequestError('NUL in a name');
  return `"${name.replaceAll('"', '""')}"`;
}

/** The table of a collection, quoted; one dot parts a schema from a table. */
export function tableOf(table: PgvectorTable, collection: string): string {
  return table.table.replaceAll('{collection}', collection).split('.').map(quoted).join('.');
}

/** A vector in the text form of pgvector. */
export function vectorText(vector: Float32Array): string {
  return `[${vector.join(',')}]`;
}

/** A vector out of its text form; the text of a float32 gives back its bits. */
export function vectorOfText(text: string): Float32Array {
  return Float32Array.from(text.slice(1, -1).split(','), Number);
}

/** Statement with the values of its `$1`, `$2` …. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Collects the values of a statement; each gives its own `$n`. */
export class Values {
  readonly all: unknown[] = [];

  add(value: unknown): string {
    this.all.push(value);
    return `$${this.all.length}`;
  }
}
