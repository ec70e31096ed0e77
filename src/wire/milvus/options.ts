import type { EngineOptions } from '../engine/engine.ts';

/** How Milvus's collections are searched, and how `ingest` makes them. */
export interface MilvusOptions extends EngineOptions {
  /** Field of the vector; default `vector`. */
  readonly vectorField?: string;
  readonly database?: string;
  /** Effort of every search that names none. */
  readonly effort?: number;
  /** What the index calls it: `ef` (default), `nprobe`, or `level` of Zilliz. */
  readonly effortName?: 'ef' | 'nprobe' | 'level';
  /** Default Strong: what was put in is seen. */
  readonly consistency?: 'Strong' | 'Bounded' | 'Session' | 'Eventually';
  readonly index?: 'HNSW' | 'IVF_FLAT' | 'FLAT' | 'AUTOINDEX';
  readonly m?: number;
  readonly efConstruction?: number;
  readonly nlist?: number;
}
