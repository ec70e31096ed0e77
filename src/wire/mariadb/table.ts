/** How a table of vectors is searched, and how `ingest` makes it where it is not there. */
export interface MariadbTable {
  /** Table of a collection; `{collection}` stands for its name. Columns: `id`, `embedding`, `metadata` (JSON). */
  readonly table: string;
  readonly distance: 'cosine' | 'euclidean';
  /** `M` of the index that `ingest` builds; MariaDB's default is 6. */
  readonly m?: number;
  /** Whether `ingest` builds no index. */
  readonly index: 'mhnsw' | 'none';
  /** `mhnsw_ef_search` of a search that names none; MariaDB's default is 20. */
  readonly effort?: number;
  /** Read every row without the index, whatever a request says. */
  readonly exact: boolean;
}

/** A row of a result by the names of its columns. */
type Row = Readonly<Record<string, unknown>>;
/** Runs one statement. */
export type Run = (sql: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

/** Name of the table of a collection. */
export function tableOf(table: MariadbTable, collection: string): string {
  return table.table.replaceAll('{collection}', collection);
}

/** A name in backquotes. */
export function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

const FUNCTION = { cosine: 'VEC_DISTANCE_COSINE', euclidean: 'VEC_DISTANCE_EUCLIDEAN' } as const;

/** The distance of a row's vector from a bound one. */
export function distanceSql({ distance }: MariadbTable): string {
  return `${FUNCTION[distance]}(embedding, ?)`;
}

/** A vector as MariaDB stores it. */
export function blobOf(vector: Float32Array): Buffer {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
}
