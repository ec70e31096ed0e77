import type { ListingFinding } from '../../parity/findings.ts';
import { otherSide } from '../../record/side-of-arm.ts';
import type { Arm, Observation, Side } from '../../record/types.ts';

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

/** What is said of one side as it would be with the sides exchanged. */
export function swappedSide<Entry extends { readonly side: Side }>(entry: Entry): Entry {
  return { ...entry, side: otherSide(entry.side) };
}

/** The observation as it would be with the sides exchanged. */
export function swapSides(row: Observation): Observation {
  return { ...row, arm: OTHER[row.arm] };
}
