import type { EngineOptions } from '../engine/engine.ts';

/** How Qdrant's collections are searched, and how `ingest` makes them. */
export interface QdrantOptions extends EngineOptions {
  /** Name of the vector, where a collection has named ones. */
  readonly using?: string;
  /** `hnsw_ef` of every search that names none. */
  readonly effort?: number;
  /** Compare with every vector, whatever a request says. */
  readonly exact?: boolean;
  /** Leave out rows that no index holds yet. */
  readonly indexedOnly?: boolean;
  readonly m?: number;
  readonly efConstruct?: number;
  /** Kilobytes of vectors below which a segment gets no index; 1 for an index at any size. */
  readonly indexingThreshold?: number;
  readonly quantisation?: 'none' | 'int8' | 'binary';
}
