import type { Arm, Side } from './types.ts';

/** The side an arm's requests go to. */
export function sideOfArm(arm: Arm): Side {
  return arm === 'A' || arm === 'A2' ? 'incumbent' : 'candidate';
}
