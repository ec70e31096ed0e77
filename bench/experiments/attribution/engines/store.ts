/** Rows by rank with their scores as the engine would put them on the wire. */
export interface Hits {
  readonly rows: readonly number[];
  readonly scores: readonly number[];
}

/** Unit vectors, row-major. */
export interface Rows {
  readonly count: number;
  readonly dimension: number;
  readonly values: Float32Array;
}

/** An index over rows that is searched in this process. */
export interface Store {
  /** @param accepts rows that pass a filter; null for all */
  readonly search: (
    query: Float32Array,
    k: number,
    accepts: ((row: number) => boolean) | null,
  ) => Hits | Promise<Hits>;
  /** The same for a document's own vector, where an exact look at all rows would take too long. */
  readonly near?: (query: Float32Array, k: number) => Hits;
  /** Its own exact search, where it has one: by what it stores, which its index may only have codes of. */
  readonly exact?: Store['search'];
}

/** One row as a view. */
export function rowOf({ values, dimension }: Rows, row: number): Float32Array {
  return values.subarray(row * dimension, (row + 1) * dimension);
}

/** The best of scored rows, equal ones by row. */
export function best(
  scored: readonly { readonly row: number; readonly score: number }[],
  k: number,
): Hits {
  const sorted = [...scored].sort((a, b) => b.score - a.score || a.row - b.row).slice(0, k);
  return { rows: sorted.map(({ row }) => row), scores: sorted.map(({ score }) => score) };
}
