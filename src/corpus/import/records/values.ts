import { exactJson } from '../../files/exact-json.ts';
import { filterSchema } from '../../filter.ts';
import type { Filter, MetadataValue } from '../../types.ts';
import { importProblem } from '../problem.ts';
import type { PlacedRecord } from './survey.ts';

/** The value of a field of its own; undefined where the record has none. */
export function fieldOf({ fields }: PlacedRecord, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** An id: a string that is not empty, or a whole number with all of its digits. @throws UsageError naming the place */
export function idOf(record: PlacedRecord, name: string): string {
  const id = writtenId(fieldOf(record, name));
  if (id !== null) return id;
  throw importProblem(
    'id',
    record.place,
    `${name} is no id`,
    'an id is a string that is not empty, or a whole number',
  );
}

/** A value as an id; null where it is none. */
export function writtenId(value: unknown): string | null {
  if (typeof value === 'string' && value !== '') return value;
  const isWhole = typeof value === 'bigint' || Number.isSafeInteger(value);
  return isWhole ? String(value) : null;
}

/** A text; numbers as they are written, empty where there is none. @throws UsageError naming the place */
export function textOf(record: PlacedRecord, name: string): string {
  const value = fieldOf(record, name) ?? '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw importProblem('text', record.place, `${name} is no string`, 'texts are strings in UTF-8');
}

/** A value of a document's metadata; undefined where it is of no kind that metadata has. */
export function metadataValue(value: unknown): MetadataValue | undefined {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  // Tables write NaN for what is missing; an infinite number is a value that JSON cannot keep.
  if (typeof value === 'number') {
    if (Number.isNaN(value)) return null;
    return Number.isFinite(value) ? value : undefined;
  }
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? null : value.toISOString();
  }
  if (!Array.isArray(value)) return undefined;
  return value.every((item) => typeof item === 'string') ? value : undefined;
}

/** The name of a need or a cluster; null where the record has none. @throws UsageError naming the place */
export function nameOf(record: PlacedRecord, name: string): string | null {
  const value = fieldOf(record, name) ?? null;
  if (value === null) return null;
  const written = writtenId(value);
  if (written !== null) return written;
  throw importProblem(
    'name',
    record.place,
    `${name} is no name`,
    'it is a string or a whole number, or is left out',
  );
}

/** Names of slices; null where the record has none. @throws UsageError naming the place */
export function slicesOf(record: PlacedRecord, name: string): readonly string[] | null {
  const value = fieldOf(record, name) ?? null;
  if (value === null) return null;
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.every((one) => typeof one === 'string' && one !== '')) return list as string[];
  throw importProblem(
    'slices',
    record.place,
    `${name} are no names`,
    'slices are a list of strings',
  );
}

/**
 * The filter of a query, as an object or as its JSON; null where it has none. Members that are null, as tables
 * have them, are no conditions; whole numbers beyond 2⁵³ become text, as they do in metadata.
 * @throws UsageError naming the place
 */
export function filterOf(record: PlacedRecord, name: string): Filter | null {
  const value = fieldOf(record, name) ?? null;
  const given = typeof value === 'string' ? parsed(record, name, value) : value;
  if (given === null) return null;
  const conditions = withoutNulls(given);
  if (isEmptyObject(conditions)) return null;
  const result = filterSchema.safeParse(conditions);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const at = [name, ...(issue?.path ?? [])].map(String).join('.');
  throw importProblem(
    'filter',
    record.place,
    `${at}: ${issue?.message ?? 'is no filter'}`,
    'a filter is an object of conditions by metadata field, as docs/corpora.md describes it',
  );
}

function parsed(record: PlacedRecord, name: string, text: string): unknown {
  try {
    return exactJson(text);
  } catch (cause) {
    throw importProblem(
      'filter',
      record.place,
      `${name} is a string and no JSON: ${(cause as Error).message}`,
      'write the filter as an object, or as the JSON of one',
      cause,
    );
  }
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function withoutNulls(value: unknown): unknown {
  if (typeof value === 'bigint') return metadataValue(value);
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      if (inner === null || inner === undefined) return [];
      // As text a bound would be compared digit by digit: the schema refuses it instead.
      const isBound = typeof inner === 'bigint' && (key === 'gte' || key === 'lte');
      const kept = withoutNulls(inner);
      return [[key, isBound && typeof kept === 'string' ? inner : kept]];
    }),
  );
}
