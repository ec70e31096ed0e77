/** Two faults at rates of their own, and why neither hides the other. */
export interface FaultPair {
  readonly faults: readonly [FaultAtRate, FaultAtRate];
  readonly because: string;
}

interface FaultAtRate {
  readonly kind: string;
  readonly rate: number;
}

const at = (kind: string, rate: number): FaultAtRate => ({ kind, rate });

/** Ten pairs of faults of different components; either moves documents that the other leaves where they are. */
export const PAIRS: readonly FaultPair[] = [
  {
    faults: [at('drop', 0.05), at('reverse', 1)],
    because: 'one loses documents, the other turns round whatever is left',
  },
  {
    faults: [at('drop', 0.05), at('filter-ignored', 1)],
    because: 'a lost document is missing with and without a filter',
  },
  {
    faults: [at('drop', 0.05), at('corpus-cut', 1)],
    because: 'lost documents show in queries of one collection, the cut in those of several',
  },
  {
    faults: [at('drop', 0.05), at('query-prefix', 1)],
    because: 'another query vector gives other documents, but no lost one',
  },
  {
    faults: [at('drop', 0.05), at('dot', 1)],
    because: 'the metric orders the documents that are there',
  },
  {
    faults: [at('filter-ignored', 1), at('reverse', 1)],
    because: 'which rows are in the answer, and in what order',
  },
  {
    faults: [at('filter-ignored', 1), at('truncate', 1)],
    because: 'rows that do not belong, and rows that are cut off',
  },
  {
    faults: [at('query-prefix', 1), at('truncate', 1)],
    because: 'other documents, and fewer of them',
  },
  {
    faults: [at('corpus-cut', 1), at('filter-ignored', 1)],
    because: 'the cut shows where nothing is filtered, the filter where it is',
  },
  {
    faults: [at('stale-vectors', 0.1), at('reverse', 1)],
    because: 'a stale vector is wrong in either order',
  },
];
