import type { EngineOptions } from '../engine/engine.ts';

/** How Chroma's collections are found, and how `ingest` makes them. */
export interface ChromaOptions extends EngineOptions {
  readonly tenant?: string;
  readonly database?: string;
  /** `ef_search` of collections that `ingest` makes: Chroma has none by request. */
  readonly efSearch?: number;
  readonly efConstruction?: number;
  /** Chroma's name for M. */
  readonly maxNeighbors?: number;
}
