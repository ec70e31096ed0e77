import type { Arm, Observation } from '../../record/types.ts';

const OTHER: Readonly<Record<Arm, Arm>> = { A: 'B', A2: 'B2', B: 'A', B2: 'A2' };

/** The observation as it would be with the sides exchanged. */
export function swapSides(row: Observation): Observation {
  return { ...row, arm: OTHER[row.arm] };
}
