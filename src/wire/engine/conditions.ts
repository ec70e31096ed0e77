import type { Filter } from '../../corpus/types.ts';
import { UnsupportedRequestError } from '../dialect.ts';

/** A value that a filter names. */
export type FilterValue = string | number | boolean;

/** One condition of a filter; all of them must hold. */
export type Condition =
  | { readonly kind: 'equals'; readonly field: string; readonly value: FilterValue }
  | { readonly kind: 'in'; readonly field: string; readonly values: readonly FilterValue[] }
  | {
      readonly kind: 'range';
      readonly field: string;
      readonly gte: number | null;
      readonly lte: number | null;
    };

/**
 * The conditions of a filter, one a field.
 * @throws UnsupportedRequestError for what hardly any engine can express: nothing to choose from, a range of text or
 * without an end, and a number that is not finite.
 */
export function filterConditions(filter: Filter): Condition[] {
  return Object.entries(filter).map(([field, condition]): Condition => {
    const no = (what: string) => new UnsupportedRequestError(`filter on ${field}: ${what}`);
    const bound = (value: string | number | undefined): number | null => {
      if (value === undefined) return null;
      if (typeof value !== 'number') throw no('a range of text');
      if (!Number.isFinite(value)) throw no(`${value} is not finite`);
      return value;
    };
    if (typeof condition !== 'object') return { kind: 'equals', field, value: condition };
    if ('in' in condition) {
      if (condition.in.length === 0) throw no('nothing to choose from');
      return { kind: 'in', field, values: condition.in };
    }
    const [gte, lte] = [bound(condition.gte), bound(condition.lte)];
    if (gte === null && lte === null) throw no('a range without an end');
    return { kind: 'range', field, gte, lte };
  });
}

/** `{ gte?, lte? }` with the ends that there are, under names of one's own. */
export function ends<Low extends string, High extends string>(
  { gte, lte }: Extract<Condition, { kind: 'range' }>,
  low: Low,
  high: High,
): Partial<Record<Low | High, number>> {
  const all = { ...(gte === null ? {} : { [low]: gte }), ...(lte === null ? {} : { [high]: lte }) };
  return all as Partial<Record<Low | High, number>>;
}
