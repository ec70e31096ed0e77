import type { Cell } from '../../record/types.ts';
import type { Bounds, MeanFigure } from './figures.ts';

/** The local HNSW index over the same vectors, audited against the exact lists. */
export interface ReferenceFinding {
  readonly collection: string;
  readonly rows: number;
  readonly queries: number;
  readonly m: number;
  readonly efConstruction: number;
  readonly curve: readonly { readonly efSearch: number; readonly recall: number | null }[];
  readonly efSearchFor999: number | null;
}

/** Recall of several builds of the candidate's index against the incumbent. */
export interface BuildsFinding extends Bounds {
  readonly cell: Cell;
  readonly k: number;
  /** The build that was compared, then the further ones; means over needs. */
  readonly builds: readonly {
    readonly recall: number | null;
    readonly difference: number | null;
  }[];
  /** Mean of the differences, and their standard deviation between builds. */
  readonly mean: number | null;
  readonly sd: number | null;
}

/** One side of a comparison at equal recall. */
export interface EqualisedSide {
  /** What it was asked with; null: what it does by itself. */
  readonly effort: number | null;
  readonly effortName: string | null;
  /** Whether it reached the wanted recall on the needs that efforts were tried on. */
  readonly isEnough: boolean;
  /** Its recall on the other needs. */
  readonly recall: MeanFigure;
}

/** At which recall both sides were compared. */
export interface EqualRecallFinding {
  /** Recall that was looked for. */
  readonly target: number;
  /** Whether it is the incumbent's own. */
  readonly ofIncumbent: boolean;
  readonly cell: Cell;
  readonly k: number;
  readonly incumbent: EqualisedSide;
  readonly candidate: EqualisedSide;
  /** Candidate − incumbent over needs that efforts were not tried on. */
  readonly difference: MeanFigure;
  readonly tolerance: number;
  /** Whether both bounds lie within the tolerance, or the difference surely beyond it. */
  readonly state: 'equal' | 'unequal' | 'not shown';
}
