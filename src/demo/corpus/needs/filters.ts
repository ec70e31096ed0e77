import { matchesFilter } from '../../../corpus/filter.ts';
import type { Filter } from '../../../corpus/types.ts';
import type { Random } from '../../../stats/random.ts';
import type { FactsTable } from '../table.ts';
import { filterableFields } from '../workers.ts';
import type { Facts } from '../world/facts.ts';
import { STATES } from '../world/places.ts';
import { ROLES, SHIFTS } from '../world/roles.ts';

/** The filtered slices and the share of workers a filter of each may accept, both bounds included. */
export const SELECTIVITIES = {
  'filtered-1%': { low: 0.005, high: 0.02 },
  'filtered-10%': { low: 0.07, high: 0.13 },
  'filtered-50%': { low: 0.4, high: 0.6 },
} as const;
export type FilteredSlice = keyof typeof SELECTIVITIES;

/** Shares are counted over this many workers at most, so that the work does not grow without bound. */
export const SHARE_SAMPLE = 20_000;

/** The share of the workers (the first 20,000 where there are more) that a filter accepts. */
export function acceptedShare(filter: Filter, table: FactsTable): number {
  const count = Math.min(table.size, SHARE_SAMPLE);
  let accepted = 0;
  for (let index = 0; index < count; index++) {
    if (matchesFilter(filter, filterableFields(table.at(index)))) accepted += 1;
  }
  return accepted / count;
}

/** A filter that may accept the given worker and about the slice's share of all workers; both remain to be checked. */
export function drawFilter(slice: FilteredSlice, facts: Facts, random: Random): Filter {
  const { role, place, shift, years, available } = facts;
  const around = (reach: number) => ({
    gte: Math.max(1, years - random.integer(0, reach)),
    lte: years + random.integer(0, reach),
  });
  const payNear = (reach: number) => ({ gte: facts.pay - reach, lte: facts.pay + reach });
  const options: Record<FilteredSlice, readonly Filter[]> = {
    'filtered-1%': [
      { role: role.title, shift },
      { role: role.title, years: around(3) },
      { role: role.title, state: { in: someOf(STATES, place.state, 4, random) } },
      { city: place.city, state: place.state, available },
      { state: place.state, shift, years: around(6) },
      { family: role.family, state: place.state },
      { state: place.state, pay: payNear(2) },
    ],
    'filtered-10%': [
      { state: place.state },
      { state: { in: someOf(STATES, place.state, 2, random) }, available },
      { role: { in: someOf(TITLES, role.title, 3, random) } },
      { shift, years: { gte: 18, lte: 30 } },
      { shift, available, years: { gte: Math.max(1, years - 15) } },
      { family: role.family, available },
      { pay: payNear(1) },
      { years: around(2) },
    ],
    'filtered-50%': [
      { available },
      { shift: { in: someOf(SHIFTS, shift, 2, random) } },
      { state: { in: someOf(STATES, place.state, 6, random) } },
      { family: { in: someOf(FAMILIES, role.family, 4, random) } },
      { years: { gte: 15 } },
      { years: { lte: 15 } },
      { pay: { lte: 25 } },
      { pay: { gte: 24 } },
    ],
  };
  return random.pick(options[slice]);
}

const TITLES = ROLES.map((role) => role.title);
const FAMILIES = [...new Set(ROLES.map((role) => role.family))];

function someOf<T>(all: readonly T[], one: T, count: number, random: Random): T[] {
  const others = random.sample(
    all.filter((item) => item !== one),
    count - 1,
  );
  const some = new Set([one, ...others]);
  return all.filter((item) => some.has(item));
}
