import type { ListingFinding } from '../../parity/findings.ts';
import type { Arm, Observation } from '../../record/types.ts';

const OTHER: Readonly<Record<Arm, Arm>> = { A: 'B', A2: 'B2', B: 'A', B2: 'A2' };

/** The listing as it would be with the sides exchanged. */
export function swappedListing({ incumbent, candidate, between }: ListingFinding): ListingFinding {
  const ratio = between?.normRatioMedian;
  return {
    incumbent: candidate,
    candidate: incumbent,
    between:
      between === null
        ? null
        : { ...between, normRatioMedian: ratio == null || ratio === 0 ? null : 1 / ratio },
  };
}

/** The observation as it would be with the sides exchanged. */
export function swapSides(row: Observation): Observation {
  return { ...row, arm: OTHER[row.arm] };
}
