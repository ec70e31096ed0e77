import { randomFor } from './random.ts';
import type { Role } from './role.ts';
import { ROLES } from './roles.ts';

/** The role of one person or posting: dealt like cards, so that each hand of 24 has every role once. */
export function dealtRole(seed: number, purpose: string, index: number): Role {
  const role = handOf(seed, purpose, index)[index % ROLES.length];
  if (role === undefined) throw new RangeError(`no role at ${index}`);
  return role;
}

/** The index that has the role in the hand that `index` belongs to; negative before the first hand. */
export function indexOfRole(seed: number, purpose: string, role: Role, index: number): number {
  if (index < 0) return -1;
  const start = index - (index % ROLES.length);
  return start + handOf(seed, purpose, index).indexOf(role);
}

function handOf(seed: number, purpose: string, index: number): readonly Role[] {
  const hand = Math.floor(index / ROLES.length);
  return randomFor(seed, purpose, hand).sample(ROLES, ROLES.length);
}
