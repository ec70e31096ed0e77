import type { Component } from '../../attribution/types.ts';
import type { Cell, Side } from '../../record/types.ts';

/** What a page shows beside findings: single queries, and the values behind distributions. */
export interface PageData {
  readonly cells: readonly PageCell[];
  /** Texts of documents that stand elsewhere in one list than in the other, by document key. */
  readonly texts: ReadonlyMap<string, string>;
  readonly latency: readonly LatencySample[];
  /** Null where it was not measured. */
  readonly harness: HarnessSample | null;
  /** 1 − cosine of the two sides' vectors, a text each; empty where they cannot be compared. */
  readonly embeddingDistances: readonly number[];
}

/** Every query of one operation. */
export interface PageCell {
  readonly cell: Cell;
  /** Names of the metrics, in the order of each query's values. */
  readonly metrics: readonly string[];
  /** Those that differ most come first. */
  readonly queries: readonly PageQuery[];
}

/** How two lists of one query differ, at a glance: `tied order` exchanges nothing but documents of equal exact score. */
export type Difference = 'the same' | 'tied order' | 'other order' | 'other documents' | 'failed';

/** Whether a query says anything about the two sides: exact ties may come in any order. */
export function isTelling({ difference }: Pick<PageQuery, 'difference'>): boolean {
  return difference !== 'the same' && difference !== 'tied order';
}

export interface PageQuery {
  readonly id: string;
  readonly need: string;
  readonly text: string;
  readonly slices: readonly string[];
  readonly collections: readonly string[];
  /** The filter as JSON; null where there is none. */
  readonly filter: string | null;
  readonly difference: Difference;
  /** What went wrong, by side; null where the side answered. */
  readonly failures: Readonly<Record<Side, string | null>>;
  /** As served, in the order of `metrics`; null where undefined. */
  readonly values: Readonly<Record<Side, readonly (number | null)[]>>;
  /** 1 − RBO of the two lists. */
  readonly distance: number;
  /** 1-based; null where the lists are the same to the last rank. */
  readonly firstDivergentRank: number | null;
  /** The component that moved most; null where none was identified. */
  readonly cause: Component | null;
  /** Smallest set of the candidate's components to revert; null where none is known. */
  readonly repair: readonly Component[] | null;
  /** Every document in one of the three lists. */
  readonly documents: readonly PageDocument[];
}

/** One document of a query: where it stands and with what. */
export interface PageDocument {
  readonly key: string;
  /** 1-based ranks; null where it is not in the list. */
  readonly rankTruth: number | null;
  readonly rankIncumbent: number | null;
  readonly rankCandidate: number | null;
  /** Exact cosines in float64, each from the side's own vectors. */
  readonly cosineIncumbent: number | null;
  readonly cosineCandidate: number | null;
  /** Scores as they came. */
  readonly scoreIncumbent: number | null;
  readonly scoreCandidate: number | null;
  /** The judgment of the document; null where it was not judged. */
  readonly grade: number | null;
  /** The component that moved it most; null where none was identified. */
  readonly movedBy: Component | null;
}

/** Latencies of one operation as quantiles of the answered requests, ascending. */
export interface LatencySample {
  readonly cell: Cell;
  readonly side: Side;
  readonly requests: number;
  /** Pairs of milliseconds and the share of requests that took no longer. */
  readonly points: readonly (readonly [number, number])[];
}

/** How long requests take to a server that does nothing: what lies below cannot be seen. */
export interface HarnessSample {
  readonly requests: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}
