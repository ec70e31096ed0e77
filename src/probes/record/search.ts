import type { DocumentKey } from '../../corpus/document-key.ts';
import type { CorpusMetric } from '../../corpus/types.ts';
import type { VectorTable } from '../../record/types.ts';
import type { AnswerPair } from './answer.ts';
import type { ProbePaths } from './services.ts';

/** A ranked list as it came. */
export interface RankedSeen {
  readonly ids: readonly string[];
  readonly similarities: readonly number[];
}

/** One query of the search probe, unfiltered and over one collection. */
export interface SearchQuery {
  readonly id: string;
  readonly need: string;
  readonly text: string;
  /** Documents that are no answer to it: their rows are left out of the answers. */
  readonly excluded?: readonly DocumentKey[];
}

/** One query at one depth. */
export interface DepthCase {
  readonly queryId: string;
  readonly k: number;
  readonly answers: AnswerPair<RankedSeen>;
}

/** Everything that the search probe observed on one pair of paths. */
export interface SearchRecord extends ProbePaths {
  readonly probe: 'search';
  readonly collection: string;
  readonly documentCount: number;
  /** What the corpus is ranked by; absent: cosine. */
  readonly metric?: CorpusMetric;
  readonly k: number;
  readonly queries: readonly SearchQuery[];
  /** One a query: asked by text, and by the incumbent's vector of that text. */
  readonly byText: readonly AnswerPair<RankedSeen>[];
  readonly byVector: readonly AnswerPair<RankedSeen>[];
  readonly depths: readonly DepthCase[];
  /** Requests that a side should refuse or answer with nothing. */
  readonly edges: readonly {
    readonly name: string;
    /** Whether an answer with rows is a mistake. */
    readonly mustRefuse: boolean;
    readonly answers: AnswerPair<RankedSeen>;
  }[];
  /** The incumbent's embeddings, from which truth is computed; ids of documents are `collection/id`. */
  readonly documents: VectorTable;
  readonly queryVectors: VectorTable;
}
