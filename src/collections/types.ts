import type { DenseVectors } from '../corpus/import/types.ts';
import type { CorpusMetric, Filter, Metadata } from '../corpus/types.ts';

/** Where a part of a collection came from: enough to fetch the same bytes again. */
export interface Provenance {
  /** Package or archive, with its version. */
  readonly source: string;
  readonly licence: string;
  /** File that was read, and the sha256 (hex) of its bytes. */
  readonly file: string;
  readonly sha256: string;
  /** Date the source gives itself; null where it gives none. */
  readonly date: string | null;
}

/** A document of a collection, before it is written. */
export interface CollectedDocument {
  readonly id: string;
  readonly text: string;
  readonly metadata: Metadata;
}

/** A query of a collection, before it is written. */
export interface CollectedQuery {
  readonly id: string;
  readonly text: string;
  readonly cluster?: string;
  readonly slices: readonly string[];
  readonly filter?: Filter;
}

/** Query id, document id, grade 1 to 3. */
export type CollectedJudgment = readonly [queryId: string, documentId: string, grade: number];

/** Everything a collection holds; rows of vectors follow documents and queries. */
export interface CollectedCorpus {
  /** Name of the one collection of documents. */
  readonly collection: string;
  readonly metric: CorpusMetric;
  readonly documents: readonly CollectedDocument[];
  readonly queries: readonly CollectedQuery[];
  readonly judgments: readonly CollectedJudgment[];
  readonly documentVectors: DenseVectors;
  readonly queryVectors: DenseVectors;
  /** What made the vectors, a clause. */
  readonly vectorSource: string;
  readonly provenance: readonly Provenance[];
  /** What was left out, a sentence each. */
  readonly notes: readonly string[];
}

/** What the making of a collection is told. */
export interface CollectOptions {
  /** An empty folder for what is fetched; removed afterwards. */
  readonly scratch: string;
  /** Most documents; null: the collection's own default. */
  readonly documents: number | 'all' | null;
  /** Most queries; null: the collection's own default. */
  readonly queries: number | null;
  readonly metric: CorpusMetric | null;
  readonly signal: AbortSignal;
  /** A step begins. */
  readonly onStep: (name: string) => void;
}

/** One collection that can be built. */
export interface CollectionRecipe {
  readonly name: string;
  /** What it is, one sentence. */
  readonly summary: string;
  readonly collect: (options: CollectOptions) => Promise<CollectedCorpus>;
}
