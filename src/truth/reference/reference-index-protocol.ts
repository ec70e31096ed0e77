/** What the worker is asked: build one index, then search it at every efSearch. */
export interface ReferenceIndexTask {
  readonly dimension: number;
  /** Row-major document values. */
  readonly documents: Float32Array;
  readonly documentSquares: Float64Array;
  /** Document rows to insert, none of them zero; a row's number is its label. */
  readonly rows: Uint32Array;
  readonly queryValues: Float32Array;
  readonly querySquares: Float64Array;
  /** Query rows to search for, none of them zero. */
  readonly queries: readonly number[];
  readonly k: number;
  readonly efSearches: readonly number[];
  readonly M: number;
  readonly efConstruction: number;
  readonly seed: number;
}

/** What the worker answers, in this order: built, searched (one an efSearch), done. */
export type ReferenceIndexReply =
  | { readonly kind: 'built'; readonly buildMs: number }
  | {
      readonly kind: 'searched';
      readonly efSearch: number;
      /** Columns of `found`: min(k, rows). */
      readonly places: number;
      /** Document rows, one line of `places` a query, −1 where the index returned fewer. */
      readonly found: Int32Array;
      readonly p50Us: number | null;
    }
  | { readonly kind: 'done' };
