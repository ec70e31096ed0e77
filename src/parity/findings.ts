import type { AttributionFinding } from '../attribution/types.ts';
import type { Metric } from '../metrics/metric.ts';
import type { Cell, Side } from '../record/types.ts';
import type { ApproximationError } from './cell/hard/approximation.ts';
import type { TruthFit } from './cell/truth-fit.ts';
import type { OtherMetricFinding } from './other-metrics.ts';

/** A one-sided 95% bound on either side of a mean; null where there are no values. */
export interface Bounds {
  readonly lower: number | null;
  readonly upper: number | null;
}

/** A mean with its number of values; null and counted where undefined. */
export interface MeanFigure extends Bounds {
  readonly mean: number | null;
  /** Needs the mean is over. */
  readonly n: number;
  /** Queries for which the metric is undefined. */
  readonly undefinedCount: number;
}

/** One quality metric of both sides and the paired difference over needs (candidate − incumbent). */
export interface QualityFinding {
  readonly metric: Metric;
  readonly incumbent: MeanFigure;
  readonly candidate: MeanFigure;
  /** Means over answered requests alone. */
  readonly answeredIncumbent: number | null;
  readonly answeredCandidate: number | null;
  /** Candidate − incumbent over pairs that both sides answered, a mean over needs. */
  readonly delta: MeanFigure;
  /**
   * Per-need paired differences as served, in order of need id: a failed request scores 0 on either side, and a pair
   * that both failed is left out.
   */
  readonly differences: readonly number[];
  /** The same over pairs that both sides answered; null where every request was answered, and both are the same. */
  readonly answeredDifferences: readonly number[] | null;
  /** A′ against A over pairs that both answered: what the environment alone does. */
  readonly noiseDifferences: readonly number[];
  /** The paired differences in the order in which the needs were asked; null unless the run may stop early. */
  readonly sequence: readonly number[] | null;
  readonly answeredSequence: readonly number[] | null;
  /** Null where no query names a cluster. */
  readonly clusters: ClusterFinding | null;
}

/** Needs that have something in common, and how much their differences resemble each other. */
export interface ClusterFinding {
  readonly clusters: number;
  /** Cluster-robust over independent variance of Δ; null without spread. */
  readonly designEffect: number | null;
}

/** How two arms' lists agree, means over queries. */
export interface AgreementFinding {
  readonly pair: 'A·B' | 'A·A′' | 'B·B′';
  readonly n: number;
  readonly overlap: number | null;
  readonly jaccard: number | null;
  readonly rbo: number | null;
  readonly rboResidual: number | null;
  readonly kendallTauB: number | null;
  readonly top1: {
    readonly agree: number;
    readonly n: number;
    readonly rate: number | null;
  } & Bounds;
  /** Queries whose lists are the same to the last rank. */
  readonly identical: number;
  /** Rank → number of queries that first differ there. */
  readonly firstDivergentRank: Readonly<Record<string, number>>;
}

/** Disagreement above the noise floor, per need, with its two-sided 90% interval. */
export interface ExcessFinding extends Bounds {
  readonly measure: '1 − overlap' | '1 − RBO';
  readonly mean: number | null;
  readonly n: number;
}

export interface ScoreDriftFinding {
  readonly nCommon: number;
  readonly maxAbs: number | null;
  readonly meanSigned: number | null;
  readonly rmse: number | null;
  readonly pearson: number | null;
  readonly slope: number | null;
  readonly intercept: number | null;
  /** 99th percentile of |s_A − s_A′| and |s_B − s_B′| over matched ids: each side's own score noise. */
  readonly epsilonIncumbent: number | null;
  readonly epsilonCandidate: number | null;
}

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

/** Requests of one side that had no usable answer, by outcome. */
export interface FailureFinding {
  readonly side: Side;
  readonly requests: number;
  readonly failed: number;
  readonly byOutcome: Readonly<Record<string, number>>;
  readonly examples: readonly string[];
}

/** Requests of one phase of an operation that the incumbent failed: about their queries nothing is known. */
export interface IncumbentFailures {
  readonly cell: Cell;
  readonly phase: 'quality' | 'latency' | 'throughput';
  readonly requests: number;
  readonly failed: number;
  /** Share of a need's requests that failed, in order of need id. */
  readonly shares: readonly number[];
}

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

/** Parity of the two sides' embeddings of the same texts. */
export interface EmbeddingFinding {
  readonly texts: number;
  /** Texts that one side or both failed to embed. */
  readonly missing: Readonly<Record<Side, number>>;
  readonly comparable: boolean;
  readonly dimensionIncumbent: number;
  readonly dimensionCandidate: number;
  readonly cosineMin: number | null;
  readonly cosineMean: number | null;
  readonly atLeast: number;
  readonly cosineThreshold: number;
  /** Texts whose cosine reaches `alikeThreshold`: embedded alike, if not to the last bit. */
  readonly alike: number;
  readonly alikeThreshold: number;
  readonly normRatioMin: number | null;
  readonly normRatioMedian: number | null;
  readonly normRatioMax: number | null;
  readonly maxAbs: number | null;
  readonly maxUlp: number | null;
  readonly bitEqual: number;
  readonly bitEqualNormalised: number;
  readonly zeroVectors: number;
  readonly worst: readonly { readonly id: string; readonly cosine: number }[];
}

/** Which documents a side could not find by their own text. */
export interface CensusFinding {
  readonly side: Side;
  readonly asked: number;
  readonly documents: number;
  readonly failed: number;
  /** Documents that it never answered for; absent where there are none. */
  readonly unanswered?: readonly string[];
  /** Most times that one document was asked: documents that a side did not return first are asked again. */
  readonly asks: number;
  /** Documents without a defined truth (blank text, zero vector): not judged. */
  readonly undefinedCount: number;
  /** In no answer of this side, whatever was asked. */
  readonly missing: readonly string[];
  /** Never found by its own text, though other questions return it. */
  readonly elsewhere: readonly string[];
  /** In every answer to its own text, but behind a document that is strictly farther. */
  readonly displaced: readonly string[];
}

/** Documents whose score for their own text was held against their own vector, of one side. */
export interface SelfScoreFinding {
  readonly side: Side;
  readonly judged: number;
  /** Scored otherwise: the index holds another vector, though the document may still be nearest to its own text. */
  readonly stale: readonly string[];
}

/** Latency of one quantile: both sides over all blocks, and the paired ratio over block pairs. */
export interface LatencyFinding {
  readonly cell: Cell;
  readonly quantile: 'p50' | 'p95';
  readonly incumbentMs: number | null;
  readonly candidateMs: number | null;
  readonly ratio: number | null;
  /** One-sided 95% bounds of the ratio; null with fewer than two complete block pairs. */
  readonly ratioLower: number | null;
  readonly ratioUpper: number | null;
  readonly blockPairs: number;
  readonly requestsPerBlock: number;
  /** Pairs in which the quantile fell on an unfinished request, by side. */
  readonly censored: Readonly<Record<Side, number>>;
}

export interface ThroughputFinding {
  readonly cell: Cell;
  readonly side: Side;
  readonly concurrency: number;
  readonly slices: number;
  readonly requests: number;
  readonly failed: number;
  readonly medianPerSecond: number | null;
  readonly minPerSecond: number | null;
  readonly maxPerSecond: number | null;
}

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

/** Some documents by key, at most 200 of them named. */
export interface KeysFinding {
  readonly count: number;
  readonly named: readonly string[];
}

/** Stored vectors held row by row against others of the same documents. */
export interface StoredVectorsFinding {
  readonly compared: number;
  /** Rows in which a vector is zero or not finite. */
  readonly undefinedCount: number;
  readonly otherDimension: number;
  readonly cosineMin: number | null;
  readonly cosineMedian: number | null;
  readonly normRatioMedian: number | null;
  /** Whether most rows are alike, so that those which are not can be told. */
  readonly isAlike: boolean;
  /** Rows with a cosine below .99. */
  readonly differing: KeysFinding;
}

/** What one side's store lists. */
export interface ListedSide {
  readonly state: 'complete' | 'failed' | 'unsupported';
  /** Why it is not complete. */
  readonly detail: string | null;
  readonly documents: number;
  /** Documents that came with their vector. */
  readonly vectors: number;
  /** Documents that were listed more than once. */
  readonly repeated: number;
  /** Documents of the corpus that are not in a complete listing. */
  readonly missing: KeysFinding;
  /** Those that the other side's complete listing has. */
  readonly missingAlone: KeysFinding;
  /** Listed documents that the corpus does not have. */
  readonly extra: KeysFinding;
  /** Against what the side's embedder gives for the texts now; null where it has none. */
  readonly againstEmbeddings: StoredVectorsFinding | null;
}

/** What both stores list. */
export interface ListingFinding {
  readonly incumbent: ListedSide;
  readonly candidate: ListedSide;
  /** The candidate's stored vectors against the incumbent's. */
  readonly between: StoredVectorsFinding | null;
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

/** One line of the truth linter. */
export interface LintLine {
  readonly check: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly count: number;
  readonly message: string;
}

/** Where a side loses recall@k, by its own exact search; the parts add up to the loss. */
export interface LossSplit {
  readonly side: Side;
  readonly queries: number;
  readonly loss: number;
  /** What its own exact search loses too: codes, or other vectors or documents than those of truth. */
  readonly held: number;
  /** What its index does not find beyond that, of queries without a filter and with one. */
  readonly graph: number;
  readonly filter: number;
}

/** Why the two sides disagree on one operation. */
export interface CellAttribution extends AttributionFinding {
  readonly cell: Cell;
  /** Of sides that have an exact search of their own; absent where none has. */
  readonly losses?: readonly LossSplit[];
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
  readonly embedding: EmbeddingFinding;
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
