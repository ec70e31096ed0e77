import type { Side } from '../../record/types.ts';

const two = (number: number): string => String(number).padStart(2, '0');
const four = (number: number): string => String(number).padStart(4, '0');

/** Names of the blocks of a load, below `observations/`. Those of one rate begin alike; the last is written last. */
export const BLOCKS = {
  plan: 'plan',
  loops: 'closed-loop',
  end: 'end',
  rung: (number: number) => `rate-${two(number)}`,
  rungPart: (number: number, part: 'floor' | 'self' | 'both') => `rate-${two(number)}-${part}`,
  nonces: (number: number) => `nonces-${two(number)}`,
  pass: (number: number) => `ramp-${two(number)}`,
  trial: (side: Side, number: number) => `saturation-${side}-${four(number)}`,
  answers: (side: Side, number: number) => `answers-${side}-${four(number)}`,
} as const;

/** Names of the vectors of a load. */
export const VECTORS = {
  documents: 'incumbent-documents',
  queries: 'incumbent-queries',
  nonces: 'incumbent-nonces',
} as const;

/** Sides in the order of the arms. */
export const SIDES = ['incumbent', 'candidate'] as const;
