import type { Workers } from './workers.ts';
import type { Facts } from './world/facts.ts';
import { PLACES } from './world/places.ts';
import type { Role } from './world/role.ts';
import { ROLES, SHIFTS } from './world/roles.ts';

/** The structured fields of many workers in a dozen bytes each, and who has which role. */
export interface FactsTable {
  readonly size: number;
  /** @throws RangeError outside the table. */
  readonly at: (index: number) => Facts;
  /** Indexes of everybody with the role, rising. */
  readonly withRole: (role: Role) => readonly number[] | Uint32Array;
}

/** Facts that are few enough to be kept as they are. */
export function plainTable(facts: readonly Facts[]): FactsTable {
  const byRole = Map.groupBy(facts.keys(), (index) => checked(facts[index]).role);
  return {
    size: facts.length,
    at: (index) => checked(facts[index]),
    withRole: (role) => byRole.get(role) ?? [],
  };
}

/** All workers of a corpus, packed into typed arrays: 12 MB a million, beside 4 MB for the roles. */
export function workerTable(workers: Workers): FactsTable {
  const { size } = workers;
  const codes = new Uint8Array(size * 7);
  const pay = new Float32Array(size);
  const perRole = new Uint32Array(ROLES.length);
  for (let index = 0; index < size; index++) {
    const facts = workers.facts(index);
    const role = ROLES.indexOf(facts.role);
    codes.set(
      [
        role,
        PLACES.findIndex(
          ({ city, state }) => city === facts.place.city && state === facts.place.state,
        ),
        SHIFTS.indexOf(facts.shift),
        facts.years,
        facts.available ? 1 : 0,
        bits(facts.role.skills, facts.skills),
        bits(facts.role.certifications, facts.certifications),
      ],
      index * 7,
    );
    pay[index] = facts.pay;
    perRole[role] = (perRole[role] ?? 0) + 1;
  }
  const members = ROLES.map((_, role) => membersOf(codes, role, perRole[role] ?? 0));
  return {
    size,
    at: (index) => unpacked(codes, pay, index),
    withRole: (role) => members[ROLES.indexOf(role)] ?? [],
  };
}

function membersOf(codes: Uint8Array, role: number, count: number): Uint32Array {
  const members = new Uint32Array(count);
  let found = 0;
  for (let index = 0; found < count; index++) {
    if (codes[index * 7] === role) members[found++] = index;
  }
  return members;
}

function unpacked(codes: Uint8Array, pay: Float32Array, index: number): Facts {
  const code = (column: number) => codes[index * 7 + column] ?? 0;
  const role = checked(ROLES[code(0)]);
  return {
    role,
    place: checked(PLACES[code(1)]),
    shift: checked(SHIFTS[code(2)]),
    years: code(3),
    pay: checked(pay[index]),
    available: code(4) === 1,
    skills: chosen(role.skills, code(5)),
    certifications: chosen(role.certifications, code(6)),
  };
}

function bits(all: readonly string[], some: readonly string[]): number {
  return some.reduce((mask, item) => mask | (1 << all.indexOf(item)), 0);
}

function chosen(all: readonly string[], mask: number): string[] {
  return all.filter((_, bit) => (mask & (1 << bit)) !== 0);
}

function checked<T>(value: T | undefined): T {
  if (value === undefined) throw new RangeError('outside the table');
  return value;
}
