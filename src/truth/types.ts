/** The exact nearest documents of one query, best first: score descending, then key ascending by UTF-8 bytes. */
export interface TruthList {
  /** `collection/id` of every document listed; at least k′ of them, widened so that no tie group is cut. */
  readonly keys: readonly string[];
  /** Exact cosine in float64, same order; under another metric that of its space (`metricSpace`). */
  readonly scores: Float64Array;
  /** How many documents the query's collections and filter allow at all. */
  readonly allowedCount: number;
}

/** Exact answers to the questions of a run; keys are `collection/id`. */
export interface TruthLookup {
  /** Null where there is no truth: the incumbent gave no vector for the text, or a zero one. */
  readonly list: (queryId: string) => TruthList | null;
  /** Exact cosine of a document the query allows; null where it is unknown or excluded by the filter. */
  readonly exactScore: (queryId: string, key: string) => number | null;
}
