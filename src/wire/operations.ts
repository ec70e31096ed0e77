import type { Filter, Metadata } from '../corpus/types.ts';

/** Canonical requests and responses. A dialect turns them into one backend's wire form. */
export interface EmbedRequest {
  readonly texts: readonly string[];
  readonly model?: string;
}

export interface EmbedResponse {
  /** One vector a text, in the order of the texts. */
  readonly vectors: readonly Float32Array[];
  readonly dimension: number;
  readonly model: string | null;
}

export interface Hit {
  readonly id: string;
  /** Name of the collection the hit came from; null where the backend does not say. */
  readonly collection: string | null;
  /** Higher is nearer; cosine where the backend gives cosine. NaN where the score was no finite number. */
  readonly similarity: number;
  /** The score as it came over the wire. */
  readonly rawScore: number;
  readonly metadata?: Metadata;
}

export interface SearchRequest {
  readonly collection: string;
  readonly text?: string;
  readonly vector?: Float32Array;
  readonly k: number;
  readonly filter?: Filter;
  readonly model?: string;
}

export interface RetrieveRequest {
  readonly collections: readonly string[];
  readonly text?: string;
  readonly vector?: Float32Array;
  readonly k: number;
  readonly perCollectionK?: number;
  readonly filter?: Filter;
  readonly model?: string;
}

export interface HitsResponse {
  /** In response order: rank is position, never the order of scores. */
  readonly hits: readonly Hit[];
}

export interface HealthResponse {
  readonly service: string | null;
  readonly version: string | null;
}

export interface IngestRequest {
  readonly collection: string;
  readonly documents: readonly {
    readonly id: string;
    readonly text: string;
    readonly metadata: Metadata;
    readonly vector?: Float32Array;
  }[];
}

export interface IngestResponse {
  readonly accepted: number;
}
