import { UsageError } from '../../errors.ts';
import type { Distance } from '../operations.ts';

/** How a table of pgvector is searched, and how `ingest` makes it where it is not there. */
export interface PgvectorTableOptions {
  /** Table of a collection, with or without a schema; `{collection}` stands for its name. Default `{collection}`. */
  readonly table?: string;
  /** Default `id`. */
  readonly idColumn?: string;
  /** Default `embedding`. */
  readonly vectorColumn?: string;
  /** A jsonb column with the metadata, default `metadata`; null where each field is a column of its own. */
  readonly metadataColumn?: string | null;
  /** Default `cosine`. */
  readonly distance?: Extract<Distance, 'cosine' | 'dot' | 'euclidean' | 'manhattan'>;
  /** Type of the vector column: `halfvec` keeps 16 bits a number. Default `vector`. */
  readonly type?: 'vector' | 'halfvec';
  /** What `ingest` builds, and which setting is the effort. Default `hnsw`. */
  readonly index?: 'hnsw' | 'ivfflat' | 'none';
  /** Of the HNSW index that `ingest` builds; pgvector's default is 16. */
  readonly m?: number;
  /** Of the HNSW index that `ingest` builds; pgvector's default is 64. */
  readonly efConstruction?: number;
  /** Of the IVFFlat index that `ingest` builds; pgvector's default is 100. */
  readonly lists?: number;
  /** `hnsw.ef_search` (pgvector's default is 40) or `ivfflat.probes` (1) of a search that names none. */
  readonly effort?: number;
  /** Whether a scan goes on where the filter left too few rows; pgvector's default is `off`. */
  readonly iterativeScan?: 'off' | 'strict_order' | 'relaxed_order';
  /** False makes the planner use the index on a table that it would rather read whole. Default true. */
  readonly seqscan?: boolean;
  /** Search every row without the index, whatever a request says. Default false. */
  readonly exact?: boolean;
}

type LeftToServer = 'm' | 'efConstruction' | 'lists' | 'effort';

/** The options with every default decided, but for those that the server decides. */
export type PgvectorTable = Required<Omit<PgvectorTableOptions, LeftToServer>> &
  Pick<PgvectorTableOptions, LeftToServer>;

/**
 * Decides what is not given.
 * @throws UsageError for a number that pgvector cannot take.
 */
export function pgvectorTable(options: PgvectorTableOptions): PgvectorTable {
  for (const name of ['m', 'efConstruction', 'lists', 'effort'] as const) {
    const value = options[name];
    if (value === undefined || (Number.isInteger(value) && value > 0)) continue;
    throw new UsageError('backend-options', `${name} must be a whole number above 0, got ${value}`);
  }
  return {
    table: '{collection}',
    idColumn: 'id',
    vectorColumn: 'embedding',
    metadataColumn: 'metadata',
    distance: 'cosine',
    type: 'vector',
    index: 'hnsw',
    iterativeScan: 'off',
    seqscan: true,
    exact: false,
    ...options,
  };
}
