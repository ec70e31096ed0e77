import { matchesFilter } from '../../corpus/filter.ts';
import type { FieldCondition, Filter, Metadata, MetadataValue } from '../../corpus/types.ts';

/** What a side may make of a filter. `post` ranks `depth` documents first and filters them afterwards. */
export type FilterVariant =
  | { readonly kind: 'exact' }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'post'; readonly depth: number }
  | { readonly kind: 'case-insensitive' }
  | { readonly kind: 'lower-cased-fields' }
  | { readonly kind: 'exclusive-bounds' }
  | { readonly kind: 'missing-matches' }
  | { readonly kind: 'any-condition' }
  | { readonly kind: 'nothing-matches' };

/** Variants in the order in which they are tried; the first of equally good ones is taken. */
export function filterVariants(k: number): FilterVariant[] {
  const depths = [...new Set([k, 2 * k, 3 * k, 4 * k, 5 * k, 10 * k, 50, 100, 200])];
  return [
    { kind: 'exact' },
    { kind: 'ignored' },
    { kind: 'case-insensitive' },
    { kind: 'lower-cased-fields' },
    { kind: 'exclusive-bounds' },
    { kind: 'missing-matches' },
    { kind: 'any-condition' },
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
      return `after ranking ${variant.depth} documents`;
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
      return matchesFilter(filter, metadata) && !onBound(filter, metadata);
    case 'missing-matches':
      return Object.entries(filter).every(
        ([field, condition]) =>
          (metadata[field] ?? null) === null || matchesFilter({ [field]: condition }, metadata),
      );
    case 'any-condition':
      return Object.entries(filter).some(([field, condition]) =>
        matchesFilter({ [field]: condition }, metadata),
      );
  }
}

function onBound(filter: Filter, metadata: Metadata): boolean {
  return Object.entries(filter).some(
    ([field, condition]) =>
      typeof condition === 'object' &&
      !('in' in condition) &&
      (metadata[field] === condition.gte || metadata[field] === condition.lte),
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
