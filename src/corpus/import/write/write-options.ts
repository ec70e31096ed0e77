import type { CorpusMetric } from '../../types.ts';
import type { ImportSources } from '../sources/sources.ts';
import type { DenseVectors, ImportColumns, ReadOptions } from '../types.ts';

/** Takes vectors as they are read, with the id of each row. */
export interface VectorOutput {
  readonly add: (ids: readonly string[], vectors: DenseVectors) => Promise<void>;
}

/** How an import is written. */
export interface WriteOptions extends ReadOptions {
  readonly sources: ImportSources;
  readonly columns: ImportColumns;
  /** An empty folder. */
  readonly folder: string;
  readonly name: string;
  readonly collection: string;
  /** Keep queries that nothing is judged for, where judgments are given. */
  readonly allQueries: boolean;
  /** How nearness is meant; null where nothing says. */
  readonly metric: CorpusMetric | null;
  /** Whether a document with a query's own id is no answer to it. */
  readonly excludeSelf: boolean;
  readonly vectors: Readonly<Record<'documents' | 'queries', VectorOutput>>;
  /** Called with the number of rows read so far. */
  readonly onRows?: (role: 'documents' | 'queries', count: number) => void;
}
