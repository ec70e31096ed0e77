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
