import { matchesFilter } from '../../corpus/filter.ts';
import type { FieldCondition, Filter, Metadata, MetadataValue } from '../../corpus/types.ts';
import { counted } from '../../counted.ts';

/** What a side may make of a filter. `post` ranks `depth` documents first and filters them afterwards. */
export type FilterVariant =
  | { readonly kind: 'exact' }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'post'; readonly depth: number }
  | { readonly kind: 'case-insensitive' }
  | { readonly kind: 'lower-cased-fields' }
  | { readonly kind: 'exclusive-bounds' }
  | { readonly kind: 'exclusive-lower-bound' }
  | { readonly kind: 'exclusive-upper-bound' }
  | { readonly kind: 'numbers-as-text' }
  | { readonly kind: 'first-value-of-a-list' }
  | { readonly kind: 'missing-matches' }
  | { readonly kind: 'any-condition' }
  | { readonly kind: 'any-condition-or-bound' }
  | { readonly kind: 'nothing-matches' };

/** Variants in the order in which they are tried; the first of equally good ones is taken. */
export function filterVariants(k: number): FilterVariant[] {
  const depths = [...new Set([k, 2 * k, 3 * k, 4 * k, 5 * k, 10 * k, 50, 100, 200])];
  return [
    { kind: 'exact' },
    { kind: 'ignored' },
    { kind: 'case-insensitive' },
    { kind: 'lower-cased-fields' },
    // One bound before both: what one alone explains is not put on the other.
    { kind: 'exclusive-lower-bound' },
    { kind: 'exclusive-upper-bound' },
    { kind: 'exclusive-bounds' },
    { kind: 'numbers-as-text' },
    { kind: 'first-value-of-a-list' },
    { kind: 'missing-matches' },
    { kind: 'any-condition' },
    { kind: 'any-condition-or-bound' },
    { kind: 'nothing-matches' },
    ...depths.map((depth): FilterVariant => ({ kind: 'post', depth })),
  ];
}

/** The variant in words. */
export function describeFilter(variant: FilterVariant): string {
  switch (variant.kind) {
    case 'exact':
      return 'before ranking, as documented';
    case 'post':
      return `after ranking ${counted(variant.depth, 'document')}`;
    default:
      return variant.kind.replaceAll('-', ' ');
  }
}

/** Whether a document passes under the variant; `post` accepts what `exact` accepts, later. */
export function passes(variant: FilterVariant, filter: Filter, metadata: Metadata): boolean {
  switch (variant.kind) {
    case 'exact':
    case 'post':
      return matchesFilter(filter, metadata);
    case 'ignored':
      return true;
    case 'nothing-matches':
      return false;
    case 'case-insensitive':
      return matchesFilter(lowerFilter(filter), lowerMetadata(metadata));
    case 'lower-cased-fields':
      return matchesFilter(filter, lowerMetadata(metadata));
    case 'exclusive-bounds':
      return matchesFilter(filter, metadata) && !onBound(filter, metadata, ['gte', 'lte']);
    case 'exclusive-lower-bound':
      return matchesFilter(filter, metadata) && !onBound(filter, metadata, ['gte']);
    case 'exclusive-upper-bound':
      return matchesFilter(filter, metadata) && !onBound(filter, metadata, ['lte']);
    case 'numbers-as-text':
      return matchesFilter(textFilter(filter), textMetadata(metadata));
    case 'first-value-of-a-list':
      return matchesFilter(firstValues(filter), metadata);
    case 'missing-matches':
      return Object.entries(filter).every(
        ([field, condition]) =>
          (metadata[field] ?? null) === null || matchesFilter({ [field]: condition }, metadata),
      );
    case 'any-condition':
      return Object.entries(filter).some(([field, condition]) =>
        matchesFilter({ [field]: condition }, metadata),
      );
    case 'any-condition-or-bound':
      return Object.entries(filter).some(([field, condition]) =>
        boundsOf(condition).some((one) => matchesFilter({ [field]: one }, metadata)),
      );
  }
}

/** The bounds of a range, each by itself; any other condition as it is. */
function boundsOf(condition: FieldCondition): FieldCondition[] {
  if (typeof condition !== 'object' || 'in' in condition) return [condition];
  return Object.entries(condition).map(([bound, value]) => ({ [bound]: value }));
}

function onBound(filter: Filter, metadata: Metadata, bounds: readonly ('gte' | 'lte')[]): boolean {
  return Object.entries(filter).some(
    ([field, condition]) =>
      typeof condition === 'object' &&
      !('in' in condition) &&
      bounds.some(
        (bound) => condition[bound] !== undefined && metadata[field] === condition[bound],
      ),
  );
}

/** Numbers as their decimal text, which bounds compare digit by digit: `10` comes before `9`. */
function textFilter(filter: Filter): Filter {
  return Object.fromEntries(
    Object.entries(filter).map(([field, condition]): [string, FieldCondition] => {
      if (typeof condition === 'number') return [field, String(condition)];
      if (typeof condition !== 'object') return [field, condition];
      if ('in' in condition) return [field, { in: condition.in.map(textOfNumber) }];
      return [
        field,
        Object.fromEntries(
          Object.entries(condition).map(([bound, value]) => [bound, textOfNumber(value)]),
        ),
      ];
    }),
  );
}

function textMetadata(metadata: Metadata): Metadata {
  return Object.fromEntries(
    Object.entries(metadata).map(([field, value]): [string, MetadataValue] => [
      field,
      typeof value === 'number' ? String(value) : value,
    ]),
  );
}

function textOfNumber<Value>(value: Value): Value | string {
  return typeof value === 'number' ? String(value) : value;
}

/** Lists of values cut to their first. */
function firstValues(filter: Filter): Filter {
  return Object.fromEntries(
    Object.entries(filter).map(([field, condition]): [string, FieldCondition] =>
      typeof condition === 'object' && 'in' in condition
        ? [field, { in: condition.in.slice(0, 1) }]
        : [field, condition],
    ),
  );
}

function lowerFilter(filter: Filter): Filter {
  return Object.fromEntries(
    Object.entries(filter).map(([field, condition]) => [field, lowerCondition(condition)]),
  );
}

function lowerCondition(condition: FieldCondition): FieldCondition {
  if (typeof condition === 'string') return condition.toLowerCase();
  if (typeof condition !== 'object') return condition;
  if ('in' in condition) {
    return {
      in: condition.in.map((value) => (typeof value === 'string' ? value.toLowerCase() : value)),
    };
  }
  return Object.fromEntries(
    Object.entries(condition).map(([bound, value]) => [
      bound,
      typeof value === 'string' ? value.toLowerCase() : value,
    ]),
  );
}

function lowerMetadata(metadata: Metadata): Metadata {
  return Object.fromEntries(
    Object.entries(metadata).map(([field, value]): [string, MetadataValue] => [
      field,
      typeof value === 'string' ? value.toLowerCase() : value,
    ]),
  );
}
