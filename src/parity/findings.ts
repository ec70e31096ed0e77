import type { CutTexts } from '../record/cut-texts.ts';
import type { Cell, Side } from '../record/types.ts';
import type { CellFinding } from './findings/cell.ts';
import type { CensusFinding, SelfScoreFinding } from './findings/census.ts';
import type { EmbeddingFinding } from './findings/embedding.ts';
import type { IncumbentFailures } from './findings/failures.ts';
import type { BuildsFinding, EqualRecallFinding, ReferenceFinding } from './findings/indexes.ts';
import type { ListingFinding } from './findings/listing.ts';
import type { CellAttribution } from './findings/loss.ts';
import type { LatencyFinding, ThroughputFinding } from './findings/speed.ts';
import type { OtherMetricFinding } from './other-metrics.ts';

export type { AgreementFinding, ExcessFinding, ScoreDriftFinding } from './findings/agreement.ts';
export type { CellFinding, PlannedSize, UnsteadyFinding } from './findings/cell.ts';
export type { CensusFinding, SelfScoreFinding } from './findings/census.ts';
export type { ContractFinding, ViolationFinding, ViolationKind } from './findings/contract.ts';
export type { EmbeddingFinding } from './findings/embedding.ts';
export type { EmptyAnswers, FailureFinding, IncumbentFailures } from './findings/failures.ts';
export type { Bounds, MeanFigure } from './findings/figures.ts';
export type {
  BuildsFinding,
  EqualisedSide,
  EqualRecallFinding,
  ReferenceFinding,
} from './findings/indexes.ts';
export type {
  KeysFinding,
  ListedSide,
  ListingFinding,
  StoredVectorsFinding,
} from './findings/listing.ts';
export type { CellAttribution, LossSplit } from './findings/loss.ts';
export type { ClusterFinding, QualityFinding } from './findings/quality.ts';
export type { Hardness, HardnessFinding, SliceFinding } from './findings/slices.ts';
export type { LatencyFinding, ThroughputFinding } from './findings/speed.ts';

/** One line of the truth linter. */
export interface LintLine {
  readonly check: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly count: number;
  readonly message: string;
}

/** All that is known after a run, and all that a verdict and a report are made from. */
export interface Findings {
  readonly schema: 1;
  readonly k: number;
  readonly corpus: {
    readonly name: string;
    /** How queries are weighted; absent: every need alike. */
    readonly weights?: 'frequency';
    /** A document is no answer to its own text; absent where it is. */
    readonly excludeSelf?: true;
    readonly documents: number;
    readonly queries: number;
    readonly needs: number;
  };
  readonly complete: boolean;
  readonly truth: {
    readonly queries: number;
    readonly documents: number;
    readonly lint: readonly LintLine[];
    /** What the lists are held against; absent where it is the exact neighbours. */
    readonly source?: 'judgments';
    /** What was declared of the incumbent's search, a clause each, e.g. `metric dot`; absent where nothing was. */
    readonly declared?: readonly string[];
  };
  readonly reference: readonly ReferenceFinding[];
  /** The reference indexes were left to `bench rescore`, since the run was interrupted; absent where none was. */
  readonly referenceLeft?: true;
  readonly embedding: EmbeddingFinding;
  /** Texts that a side embeds no more than the beginning of, by side; absent where it takes them all whole. */
  readonly cutTexts?: CutTexts;
  readonly census: readonly CensusFinding[];
  /** Absent where no side's scores could be judged. */
  readonly selfScores?: readonly SelfScoreFinding[];
  /** Collections that a side says it ranks in another order than the truth; absent where there are none. */
  readonly otherMetrics?: readonly OtherMetricFinding[];
  readonly cells: readonly CellFinding[];
  /** Failed requests of A·B pairs over all measured requests: the evidence of the error gate. */
  readonly errors: {
    readonly pairs: number;
    readonly incumbentFailed: number;
    readonly candidateFailed: number;
    /** Candidate failed while the incumbent answered, and the other way round. */
    readonly candidateOnly: number;
    readonly incumbentOnly: number;
    /** Requests that were asked to come later, by side: left out of the pairs. */
    readonly throttled: Readonly<Record<Side, number>>;
    /**
     * A need's mean over its pairs of (incumbent failed − candidate failed), in order of need id; pairs that both
     * failed are left out.
     */
    readonly differences: readonly number[];
    /** What the incumbent failed, a phase of an operation each; absent where it answered everything. */
    readonly byIncumbent?: readonly IncumbentFailures[];
  };
  readonly latency: readonly LatencyFinding[];
  readonly throughput: readonly ThroughputFinding[];
  /** Queries that were not asked since a side cannot express them; absent where there are none. */
  readonly leftOut?: readonly {
    readonly cell: Cell;
    readonly side: Side;
    readonly why: string;
    readonly queries: number;
  }[];
  /** Absent where it was not asked for. */
  readonly equalRecall?: EqualRecallFinding;
  /** An operation each; absent where the candidate was built once. */
  readonly builds?: readonly BuildsFinding[];
  /** Absent where a side cannot be listed. */
  readonly listing?: ListingFinding;
  /** Why the sides disagree, an operation each; absent where it was not asked for. */
  readonly attribution?: readonly CellAttribution[];
}
