import { z } from 'zod';
import { dictionary } from './dictionary.ts';
import type { FieldCondition, Filter, Metadata, MetadataValue } from './types.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const bound = z.union([z.string(), z.number()]).exactOptional();

const condition: z.ZodType<FieldCondition> = z.union(
  [
    scalar,
    z.strictObject({ in: z.array(scalar).min(1) }),
    z
      .strictObject({ gte: bound, lte: bound })
      .refine((range) => range.gte !== undefined || range.lte !== undefined),
  ],
  {
    error:
      'a condition is a string, number or boolean, {"in": [one or more of them]}, or {"gte": …, "lte": …}',
  },
);

/** A conjunction of conditions over metadata fields; at least one, so that "no filter" has one spelling only. */
export const filterSchema: z.ZodType<Filter> = dictionary(condition, z.string().min(1)).refine(
  (filter) => Object.keys(filter).length > 0,
  {
    error: 'a filter has at least one condition; leave it out for none',
  },
);

/**
 * Whether every condition holds. Equality and membership are strict (no conversion, strings
 * case-sensitive); a range compares values of its bounds' own type, strings by code point; a missing
 * or null field and an array never match.
 */
export function matchesFilter(filter: Filter, metadata: Metadata): boolean {
  return Object.entries(filter).every(([field, wanted]) =>
    holds(wanted, Object.hasOwn(metadata, field) ? metadata[field] : null),
  );
}

function holds(wanted: FieldCondition, value: MetadataValue | undefined): boolean {
  if (value === undefined || value === null || typeof value === 'object') return false;
  if (typeof wanted !== 'object') return value === wanted;
  if ('in' in wanted) return wanted.in.includes(value);
  const { gte, lte } = wanted;
  return (
    (gte === undefined || isOrdered(gte, value)) && (lte === undefined || isOrdered(value, lte))
  );
}

function isOrdered(low: string | number | boolean, high: string | number | boolean): boolean {
  if (typeof low === 'number' && typeof high === 'number') return low <= high;
  if (typeof low === 'string' && typeof high === 'string') return isOrderedText(low, high);
  return false;
}

// Code-point order is the order of the UTF-8 bytes; `<` on strings differs from it beyond U+FFFF.
function isOrderedText(low: string, high: string): boolean {
  for (let at = 0; ; at++) {
    const a = low.codePointAt(at);
    const b = high.codePointAt(at);
    if (a === undefined) return true;
    if (b === undefined) return false;
    if (a !== b) return a < b;
  }
}
