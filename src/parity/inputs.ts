import type { Collection, CorpusMetric, Judgments, Query } from '../corpus/types.ts';
import type { OwnMetric } from '../metrics/own-metric.ts';
import type { Cell, Observation, VectorTable } from '../record/types.ts';
import type { TruthLookup } from '../truth/types.ts';

/** Everything findings are a pure function of. */
export interface ParityInput {
  readonly k: number;
  readonly corpusName: string;
  /** How queries are weighted; absent: every need alike. */
  readonly weights?: 'frequency';
  /** A document is no answer to its own text; absent where it is. */
  readonly excludeSelf?: true;
  readonly collections: readonly Collection[];
  readonly queries: readonly Query[];
  readonly judgments: Judgments;
  /** What the lists are held against; exact neighbours where nothing is said. */
  readonly source?: 'exact' | 'judgments' | undefined;
  /** What the truth is made by; cosine where nothing is said. */
  readonly metric?: CorpusMetric | undefined;
  /** Metrics that the package does not have; absent where there are none. */
  readonly ownMetrics?: readonly OwnMetric[] | undefined;
  readonly cells: readonly {
    readonly cell: Cell;
    readonly incumbentPath: string;
    readonly candidatePath: string;
    /** What a run that may stop early would have asked at most; absent in all others. */
    readonly planned?: { readonly needs: number; readonly queries: number } | undefined;
  }[];
  readonly observations: readonly Observation[];
  readonly truth: TruthLookup;
  /** Truth for documents asked by their own text, by document key. */
  readonly censusTruth: TruthLookup;
  /** Rows of documents by key, and of queries by `queryRow`. */
  readonly vectors: {
    readonly incumbent: VectorTable;
    readonly candidate: VectorTable;
  };
  /** Number of texts each side was asked to embed. */
  readonly textsAsked: number;
  /** Whether the candidate was asked to embed them; a side without an embed is not. */
  readonly candidateEmbeds: boolean;
  /** Ids, as in `vectors`, of texts without a word: nobody has to embed them. */
  readonly blankTexts: ReadonlySet<string>;
}

/** Id of a query's row among vectors; keys of documents hold a slash and query ids may not, so none collide. */
export function queryRow(id: string): string {
  return `query ${id}`;
}
