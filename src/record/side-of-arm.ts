import type { Arm, Side } from './types.ts';

/** The side an arm's requests go to. */
export function sideOfArm(arm: Arm): Side {
  return arm === 'A' || arm === 'A2' ? 'incumbent' : 'candidate';
}

/** The arms whose requests go to a side: its first answer, and its second to the same question. */
export const ARMS_OF: Readonly<Record<Side, readonly [Arm, Arm]>> = {
  incumbent: ['A', 'A2'],
  candidate: ['B', 'B2'],
};

/** The side that is held against this one. */
export function otherSide(side: Side): Side {
  return side === 'incumbent' ? 'candidate' : 'incumbent';
}
