import type { MeanFigure } from './figures.ts';
import type { QualityFinding } from './quality.ts';

export interface SliceFinding {
  readonly slice: string;
  readonly needs: number;
  readonly queries: number;
  readonly quality: readonly QualityFinding[];
  /** Mean recall@k of the worst tenth of the needs, each side. */
  readonly worstDecileIncumbent: number | null;
  readonly worstDecileCandidate: number | null;
}

/** What makes a query hard for an approximate index; each in the distances that belong to the exact scores. */
export type Hardness =
  /** Mean distance of the query to a document over its distance to the k-th; near 1 is hard. */
  | 'relative contrast'
  /** Local intrinsic dimension over the exact list; high is hard. */
  | 'intrinsic dimension'
  /** Mean number of lists of k that its k nearest documents stand in; low is hard: nobody else finds them. */
  | 'k-occurrence'
  /** Distance to the nearest document; high is hard. */
  | 'query distance';

/** A quarter of the queries by one measure, and how both sides do there. */
export interface HardnessFinding {
  readonly hardness: Hardness;
  /** 1 to 4, by rising value. */
  readonly quarter: number;
  /** Least and greatest value of the queries in it. */
  readonly from: number;
  readonly to: number;
  readonly needs: number;
  readonly incumbent: number | null;
  readonly candidate: number | null;
  readonly delta: MeanFigure;
  /** p of "the candidate loses nothing here", adjusted by Benjamini and Hochberg over all strata of the operation. */
  readonly pAdjusted: number | null;
}
