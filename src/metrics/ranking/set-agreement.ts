import type { Key } from './recall.ts';

/** How much two answers agree as sets; every share is in [0, 1]. */
export interface SetAgreement {
  readonly intersection: number;
  readonly union: number;
  /** i / k. */
  readonly overlapK: number;
  /** i / max(|A|, |B|). */
  readonly overlapMax: number;
  /** i / min(|A|, |B|). */
  readonly overlapMin: number;
  /** i / |A ∪ B|. */
  readonly jaccard: number;
  /** 2i / (|A| + |B|). */
  readonly dice: number;
}

/**
 * Overlap, Jaccard and Dice of the first k rows of two answers, duplicates dropped after the cut.
 *
 * Two empty answers agree (1), an empty and a filled one do not (0).
 */
export function setAgreementAtK(a: readonly Key[], b: readonly Key[], k: number): SetAgreement {
  const setA = new Set(a.slice(0, k));
  const setB = new Set(b.slice(0, k));
  let intersection = 0;
  for (const key of setA) if (setB.has(key)) intersection++;
  const union = setA.size + setB.size - intersection;
  if (setA.size === 0 || setB.size === 0) {
    const share = union === 0 ? 1 : 0;
    return {
      intersection,
      union,
      overlapK: share,
      overlapMax: share,
      overlapMin: share,
      jaccard: share,
      dice: share,
    };
  }
  return {
    intersection,
    union,
    overlapK: intersection / k,
    overlapMax: intersection / Math.max(setA.size, setB.size),
    overlapMin: intersection / Math.min(setA.size, setB.size),
    jaccard: intersection / union,
    dice: (2 * intersection) / (setA.size + setB.size),
  };
}
