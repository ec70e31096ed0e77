import type { Side } from '../../record/types.ts';
import type { MeanFigure } from './figures.ts';

/** What an answer may break of the contract of a ranked list. */
export type ViolationKind =
  | 'duplicate-id'
  | 'too-many'
  | 'short'
  | 'non-monotone'
  | 'unknown-id'
  | 'filtered-out';

/** One kind of contract violation of one side. */
export interface ViolationFinding {
  readonly kind: ViolationKind;
  readonly side: Side;
  readonly count: number;
  readonly of: number;
  readonly examples: readonly string[];
}

/** One kind of violation, candidate against incumbent. */
export interface ContractFinding {
  readonly kind: ViolationKind;
  /** How ids that are none of the corpus may come from its own, in words; absent without an idea. */
  readonly guess?: string;
  /** Answers that violate, by side. */
  readonly incumbent: number;
  readonly candidate: number;
  /** Share of the candidate's answers that violate, as a mean over needs; absent in runs of earlier versions. */
  readonly candidateShare?: MeanFigure;
  /** Share of a need's answers that violate, incumbent − candidate, in order of need id. */
  readonly differences: readonly number[];
  /** Queries for which both answers of the candidate violate and both of the incumbent are clean. */
  readonly repeated: readonly string[];
}
