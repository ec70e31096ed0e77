import type { Role } from './role.ts';
import { CARE_ROLES } from './roles-care.ts';
import { TRADE_ROLES } from './roles-trade.ts';

/** All roles; each title has a first word of its own, so that titles are told apart by their words. */
export const ROLES: readonly Role[] = [...TRADE_ROLES, ...CARE_ROLES];

/** The shifts a worker or a posting may have. */
export const SHIFTS = ['day', 'evening', 'night', 'weekend'] as const;
export type Shift = (typeof SHIFTS)[number];

/** Indefinite article of a title as it is spoken. */
export function article(title: string): string {
  return /^(?:[aeio]|hvac|rn\b)/i.test(title) ? 'an' : 'a';
}
