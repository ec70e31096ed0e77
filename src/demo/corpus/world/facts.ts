import type { Random } from '../../../stats/random.ts';
import type { Town } from './places.ts';
import type { Role } from './role.ts';
import { SHIFTS, type Shift } from './roles.ts';

/** The structured fields behind one worker or posting; texts, metadata and judgments all come from them. */
export interface Facts {
  readonly role: Role;
  readonly place: Town;
  readonly shift: Shift;
  readonly years: number;
  /** Dollars an hour, in steps of a quarter. */
  readonly pay: number;
  readonly available: boolean;
  readonly skills: readonly string[];
  readonly certifications: readonly string[];
}

/** Draws the remaining fields of somebody with this role in this place. */
export function drawFacts(random: Random, role: Role, place: Town): Facts {
  const years = random.integer(1, 30);
  return {
    role,
    place,
    shift: random.pick(SHIFTS),
    years,
    pay: role.basePay + (years + random.integer(0, 16)) / 4,
    available: random.chance(0.55),
    skills: random.sample(role.skills, random.integer(3, 5)),
    certifications: random.sample(role.certifications, random.integer(1, 2)),
  };
}
