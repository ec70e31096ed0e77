import type { VectorTable } from '../../record/types.ts';
import type { TruthList } from '../types.ts';

/** Queries put to a corpus, each against every document that it is allowed to find. */
export interface ExactQueries {
  /** Queries, of the documents' dimension. */
  readonly queries: VectorTable;
  /** Least length of a list, where that many documents are allowed; at least 1. */
  readonly kPrime: number;
  /**
   * One byte a document row, non-zero where the query may find it; null allows all.
   * Return the same array for queries with the same filter: it is worked through once.
   */
  readonly allowed?: (queryIndex: number) => Uint8Array | null;
  readonly signal?: AbortSignal;
  /** Called from time to time with the share of the work that is done, in [0, 1]. */
  readonly onProgress?: (share: number) => void;
}

/** What an exact search is asked. */
export interface ExactInput extends ExactQueries {
  /**
   * Documents; ids are unique keys, `collection/id`. Values in a SharedArrayBuffer are read where they
   * lie; others are copied into one first.
   */
  readonly documents: VectorTable;
}

/** The exact nearest documents of every query, and what had to be left out. */
export interface ExactResult {
  readonly engine: ExactEngineName;
  /** One list a query, in the order of the queries; empty for a zero query. */
  readonly lists: readonly TruthList[];
  /** Keys of documents whose vector is zero: they have no cosine and are in no list. */
  readonly zeroDocuments: readonly string[];
  /** Ids of queries whose vector is zero: their list is empty, which is not a recall of anything. */
  readonly zeroQueries: readonly string[];
  /** Queries whose first, cheap filter did not prove the list complete, so that it was widened. */
  readonly widenedQueries: number;
  /** Faster engines that cannot be used on this machine, with the reason; empty where none was tried. */
  readonly passedOver?: readonly PassedOver[];
}

/** An engine that cannot be used on this machine, or failed in its work. */
export interface PassedOver {
  readonly engine: ExactEngineName;
  readonly why: string;
}

/** A corpus made ready for exact searches, several of them or one. */
export interface ExactIndex {
  /** As `ExactEngine.topK`. */
  topK(ask: ExactQueries): Promise<ExactResult>;
  /** Lets go of the corpus; the index cannot be used afterwards. */
  close(): Promise<void>;
}

export type ExactEngineName = 'int8' | 'float32' | 'wasm' | 'float64';

/**
 * One way of computing exact top-k lists. All engines give the same lists to the bit: scores by
 * `dot` and `cosineOf`, order by score descending, then key ascending by UTF-8 bytes, widened so
 * that every document within ε of the k′-th score is in the list.
 */
export interface ExactEngine {
  readonly name: ExactEngineName;
  /**
   * @throws UsageError for shapes that do not fit, non-finite rows (the id is named) and duplicate keys
   * @throws the signal's reason when it is aborted
   */
  topK(input: ExactInput): Promise<ExactResult>;
  /**
   * Makes a corpus ready once (norms, quantised or normalised rows), for searches that follow.
   *
   * @throws UsageError as `topK` does of documents
   */
  open?(documents: VectorTable): Promise<ExactIndex>;
  /** Ends the engine's threads; it cannot be used afterwards. */
  close(): Promise<void>;
}
