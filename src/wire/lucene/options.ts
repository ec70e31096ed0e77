import type { EngineOptions } from '../engine/engine.ts';

/** How an index of Elasticsearch or OpenSearch is searched, and how `ingest` makes it. Documents have the corpus's ids. */
export interface LuceneOptions extends Omit<EngineOptions, 'idField'> {
  /** Field of the vector; default `embedding`. */
  readonly vectorField?: string;
  /** Effort of every search that names none. */
  readonly effort?: number;
  /** Score every document by a script, whatever a request says. */
  readonly exact?: boolean;
  readonly m?: number;
  readonly efConstruction?: number;
}

/** And what Elasticsearch alone has. */
export interface ElasticsearchOptions extends LuceneOptions {
  /** Kind of the index that `ingest` makes; default `hnsw`, which is not quantised. */
  readonly index?: 'hnsw' | 'int8_hnsw' | 'int4_hnsw' | 'bbq_hnsw' | 'flat';
  /** How many candidates for each row are compared again by their whole vectors. */
  readonly oversample?: number;
}
