import type { Cell, Side } from '../../record/types.ts';
import type { ApproximationError } from '../cell/hard/approximation.ts';
import type { TruthFit } from '../cell/truth-fit.ts';
import type { AgreementFinding, ExcessFinding, ScoreDriftFinding } from './agreement.ts';
import type { ContractFinding, ViolationFinding } from './contract.ts';
import type { EmptyAnswers, FailureFinding } from './failures.ts';
import type { QualityFinding } from './quality.ts';
import type { HardnessFinding, SliceFinding } from './slices.ts';

/** The most that a cell would be asked. */
export interface PlannedSize {
  readonly needs: number;
  readonly queries: number;
}

/** A side whose two answers to one query hold different documents. */
export interface UnsteadyFinding {
  readonly side: Side;
  /** Queries that it answered twice, and those of them whose two answers differ. */
  readonly queries: number;
  readonly differing: number;
  /** Needs of those queries, those of which an answer differs, and the exact 90% interval of their share. */
  readonly needs: {
    readonly asked: number;
    readonly differing: number;
    readonly lower: number;
    readonly upper: number;
  };
  /** What the worse answers have in common that the others have not, in words; null where nothing separates them. */
  readonly pattern: string | null;
}

/** Everything that is found about one operation. */
export interface CellFinding {
  readonly cell: Cell;
  readonly incumbentPath: string;
  readonly candidatePath: string;
  readonly queries: number;
  readonly needs: number;
  /** Queries that carry a filter. */
  readonly filteredQueries: number;
  /** What a run that may stop early would have asked at most; absent in all others. */
  readonly planned?: PlannedSize | undefined;
  readonly k: number;
  readonly quality: readonly QualityFinding[];
  readonly slices: readonly SliceFinding[];
  readonly agreement: readonly AgreementFinding[];
  readonly excess: readonly ExcessFinding[];
  readonly scoreDrift: ScoreDriftFinding;
  readonly violations: readonly ViolationFinding[];
  /** Answers that the contract was judged on, by side; absent in runs of earlier versions. */
  readonly answered?: Readonly<Record<Side, number>>;
  /** Answers of the incumbent without a row though there are documents to find; absent where there are none. */
  readonly emptyByIncumbent?: EmptyAnswers;
  /** Sides that answer a query otherwise when it is asked again; absent where none does. */
  readonly unsteady?: readonly UnsteadyFinding[];
  /** Every kind that either side shows. */
  readonly contract: readonly ContractFinding[];
  readonly failures: readonly FailureFinding[];
  /** Recall by how hard the queries are; absent in runs of earlier versions. */
  readonly strata?: readonly HardnessFinding[];
  /** How far the answers' last rows are from where they must be, by side; absent in runs of earlier versions. */
  readonly approximation?: Readonly<Record<Side, ApproximationError>>;
  /** Whether the truth describes the incumbent; absent in runs of earlier versions. */
  readonly truthFit?: TruthFit;
}
