import type { Metadata, MetadataValue } from '../../../corpus/types.ts';
import { type Parameter, textArrayParameter } from './protocol.ts';

/** The type of a metadata column; numbers widen from left to right as values demand it. */
export type ColumnType = 'integer' | 'bigint' | 'double precision' | 'boolean' | 'text' | 'text[]';

/** A metadata field that cannot be a column. */
export class ColumnError extends Error {
  override readonly name = 'ColumnError';
}

/** The columns of every table beside the metadata. */
export const OWN_COLUMNS: ReadonlySet<string> = new Set([
  'doc_id',
  'chunk_text',
  'doc_metadata',
  'embedding',
]);

const NUMBERS: readonly ColumnType[] = ['integer', 'bigint', 'double precision'];

/**
 * The columns that hold all these metadata, added to or widened from those that exist.
 * @throws ColumnError where a name is taken or too long, or one field has values of two types.
 */
export function columnsFor(
  rows: readonly Metadata[],
  existing: ReadonlyMap<string, ColumnType> = new Map(),
): Map<string, ColumnType> {
  const columns = new Map(existing);
  for (const metadata of rows) {
    for (const [field, value] of Object.entries(metadata)) {
      if (value === null) continue;
      const before = columns.get(field);
      if (before === undefined) checkName(field);
      columns.set(field, widened(field, before, typeOf(value)));
    }
  }
  return columns;
}

/** A value as a parameter in text form of its column. */
export function columnParameter(value: MetadataValue | undefined): Parameter {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'object') return textArrayParameter(value);
  return String(value);
}

/** A name as an SQL identifier. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function typeOf(value: Exclude<MetadataValue, null>): ColumnType {
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'boolean':
      return 'boolean';
    case 'number':
      if (!Number.isSafeInteger(value) || Object.is(value, -0)) return 'double precision';
      return Math.abs(value) < 2 ** 31 ? 'integer' : 'bigint';
    default:
      return 'text[]';
  }
}

function widened(field: string, before: ColumnType | undefined, type: ColumnType): ColumnType {
  if (before === undefined || before === type) return type;
  const width = Math.max(NUMBERS.indexOf(before), NUMBERS.indexOf(type));
  if (NUMBERS.includes(before) && NUMBERS.includes(type)) return NUMBERS[width] ?? type;
  throw new ColumnError(`metadata field ${JSON.stringify(field)} is ${before} and ${type}`);
}

function checkName(field: string): void {
  // Longer identifiers are cut by the database, and two fields would become one column.
  if (field === '' || Buffer.byteLength(field) > 63 || field.includes('\0')) {
    throw new ColumnError(
      `metadata field ${JSON.stringify(field.slice(0, 80))} is no column name of 1 to 63 bytes`,
    );
  }
  if (OWN_COLUMNS.has(field)) {
    throw new ColumnError(
      `metadata field ${JSON.stringify(field)} is a column of the gateway's own`,
    );
  }
}
