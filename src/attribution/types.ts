import type { Collection, Filter } from '../corpus/types.ts';
import type { Side, VectorTable } from '../record/types.ts';

/** What two sides may do differently; the two embedding components are one where spaces cannot be compared. */
export type Component =
  | 'query-embedder'
  | 'document-vectors'
  | 'embedder'
  | 'membership'
  | 'metric'
  | 'index'
  | 'filter'
  | 'fusion'
  | 'order'
  | 'truncation';

/** What vectors are ranked by. */
export type MetricKind = 'cosine' | 'dot' | 'euclidean';

/** One ranked answer; `scores` are raw, as they came over the wire. */
export interface RankedAnswer {
  /** `collection/id` by rank, duplicates dropped. */
  readonly keys: readonly string[];
  readonly scores: readonly number[];
  /** How many rows were asked for. */
  readonly k: number;
}

/** A query that both sides answered; `weight` is how many queries of the run it stands for. */
export interface AttributionQuery {
  readonly id: string;
  readonly text: string;
  readonly collections: readonly string[];
  readonly filter: Filter | null;
  /** Slices that it belongs to; absent where none are known. */
  readonly slices?: readonly string[];
  /** When the candidate was asked, from the beginning of the run; absent where it is not known. */
  readonly askedMs?: number;
  readonly weight: number;
  /** Answers to the same query in the other arm of each side; null where there was none. */
  readonly noise: Readonly<Record<Side, RankedAnswer | null>>;
}

/** What a side says of itself, as far as it was asked and answers. */
export interface Declared {
  readonly model: string | null;
  readonly dimension: number | null;
}

/** What one side showed of itself. */
export interface SideRecord {
  /** Vectors of documents from the embed route, ids are `collection/id`. */
  readonly documents: VectorTable;
  /** Vectors of queries from the embed route. */
  readonly queries: VectorTable;
  /** Some of both, asked a second time; absent where nothing was. */
  readonly again?: VectorTable;
  /** What it says of itself; absent where nothing is on record. */
  readonly declared?: Declared;
  /** Answers by query id: at k, at k′, and at k′ by the query's own vector. */
  readonly answers: ReadonlyMap<string, RankedAnswer>;
  readonly deep: ReadonlyMap<string, RankedAnswer>;
  readonly byVector: ReadonlyMap<string, RankedAnswer>;
  /** Answers of the side's own exact search, by query id, where it has one. */
  readonly exact?: ReadonlyMap<string, RankedAnswer>;
  /** Answers to documents asked by their own text, by document key. */
  readonly census: ReadonlyMap<string, RankedAnswer>;
  /** Keys of the documents that it lists, where it can. */
  readonly listed?: ReadonlySet<string>;
}

/** Everything an attribution is a pure function of. */
export interface AttributionInput {
  readonly k: number;
  /** What truth ranks by; cosine where it is left out. */
  readonly metric?: MetricKind;
  readonly collections: readonly Collection[];
  readonly queries: readonly AttributionQuery[];
  readonly sides: Readonly<Record<Side, SideRecord>>;
  /** Decides the held-out half and the bootstrap. */
  readonly seed: number;
}

/** How a component was found out. */
export type ComponentStatus =
  | 'identical'
  | 'identified'
  | 'inferred'
  | 'unidentifiable'
  | 'not exercised'
  /** Held-out answers do not bear out what was found. */
  | 'not borne out';

/** A mean with a two-sided 90% bootstrap interval over queries. */
export interface Estimate {
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
}

/** One component in one measure: its share of the disagreement. */
export interface ComponentShare {
  readonly component: Component;
  readonly phi: Estimate;
  /** φ over Σφ of the positive ones; null where there are none. */
  readonly share: number | null;
  /** v({i}): what it moves alone, from the incumbent. */
  readonly firstIn: number;
  /** v(N) − v(N∖{i}): what reverting it alone would fix. */
  readonly lastIn: number;
}

/** One component, as each side was found to have it. */
export interface ComponentFinding {
  readonly component: Component;
  readonly status: ComponentStatus;
  readonly incumbent: string;
  readonly candidate: string;
}

export type Measure = '1 − RBO' | '1 − overlap';

/** The account of one measure of disagreement. */
export interface MeasureAttribution {
  readonly measure: Measure;
  /** Mean δ(O_A, O_B) over all queries of the sample. */
  readonly total: number;
  /** Mean ½[δ(A, A′) + δ(B, B′)]; null where no query was asked twice. */
  readonly noiseFloor: number | null;
  /** Held-out δ(O, R) of each side's replay, and δ(O_A, O_B) on the same queries. */
  readonly fidelity: {
    readonly incumbent: number;
    readonly candidate: number;
    readonly across: number;
    readonly queries: number;
  };
  readonly accepted: boolean;
  /** Empty where the twin was not accepted. */
  readonly shares: readonly ComponentShare[];
  readonly explained: number;
  /** total − Σφ; may be negative. */
  readonly unexplained: number;
  /** Smallest set of the candidate's components to revert; null where none brings δ to the floor. */
  readonly repair: readonly Component[] | null;
  /** δ that is left after the repair. */
  readonly afterRepair: number | null;
}

/** Why one document stands where it stands. */
export interface DocumentEvidence {
  readonly queryId: string;
  readonly key: string;
  /** 1-based rank in each answer; null where it is not listed. */
  readonly rankIncumbent: number | null;
  readonly rankCandidate: number | null;
  /** Exact score in float64 from each side's own vectors and metric; null where unknown. */
  readonly scoreIncumbent: number | null;
  readonly scoreCandidate: number | null;
  /** The component that moved it most; null where the replay does not move it. */
  readonly movedBy: Component | null;
  /** First 12 hex digits of the sha256 of its text; null for documents the corpus does not hold. */
  readonly textHash: string | null;
}

/** Why the two sides disagree on one operation. */
export interface AttributionFinding {
  readonly status: 'explained' | 'unexplained' | 'nothing to explain';
  /** One sentence for people. */
  readonly sentence: string;
  readonly queries: number;
  /** Queries of the run that these stand for. */
  readonly representing: number;
  readonly components: readonly ComponentFinding[];
  readonly measures: readonly MeasureAttribution[];
  readonly evidence: readonly DocumentEvidence[];
  /** What was noticed and is in no component, e.g. scores that no metric gives. */
  readonly remarks: readonly string[];
}
