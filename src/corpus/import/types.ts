import type { Metadata } from '../types.ts';

/** Formats that a corpus can be imported from. */
export const IMPORT_FORMATS = [
  'beir',
  'hdf5',
  'bigann',
  'texmex',
  'parquet',
  'jsonl',
  'arrow',
  'npy',
] as const;

export type ImportFormat = (typeof IMPORT_FORMATS)[number];

/** What a file is to the corpus: what is searched, what is asked, who is relevant, or the nearest rows. */
export type ImportRole = 'documents' | 'queries' | 'judgments' | 'truth';

/** How distances of a given ground truth were meant. */
export type ImportMetric = 'cosine' | 'euclidean' | 'dot';

/** Names of the columns (or JSON fields) to read; where absent, the usual ones are looked for. */
export interface ImportColumns {
  readonly id?: string;
  readonly text?: string;
  readonly vector?: string;
}

/** Row-major float32 vectors of one dimension. */
export interface DenseVectors {
  readonly dimension: number;
  readonly values: Float32Array;
}

/** Some consecutive rows of a file, column by column; a column that the file does not have is null. */
export interface RowBlock {
  /** Number of the first row within its file, from 0. */
  readonly firstRow: number;
  readonly count: number;
  /** Line numbers from 1, for files that have lines. */
  readonly lines: readonly number[] | null;
  readonly ids: readonly string[] | null;
  readonly texts: readonly string[] | null;
  readonly metadata: readonly Metadata[] | null;
  /** Names of needs; null for a row that has none. */
  readonly needs: readonly (string | null)[] | null;
  readonly vectors: DenseVectors | null;
}

/** Some consecutive lists of nearest rows, as a file gives them: `count × k`. */
export interface ListBlock {
  readonly firstRow: number;
  readonly count: number;
  readonly k: number;
  /** Row numbers of documents from 0; −1 pads a short list. */
  readonly ids: Int32Array;
  readonly distances: Float32Array | null;
}

/** One judgment as it was read. */
export interface JudgmentRow {
  readonly line: number;
  readonly queryId: string;
  readonly documentId: string;
  readonly grade: number;
}

/** What a reader is told beside the path. */
export interface ReadOptions {
  readonly columns: ImportColumns;
  readonly signal?: AbortSignal;
}

/**
 * Reads one format. Everything is streamed in blocks of about a megabyte, and sizes that a file claims
 * are compared with the file's real size before anything of that size is allocated.
 * All methods throw one UsageError (file, place, what to do) for whatever is wrong with a file.
 */
export interface Importer {
  readonly format: ImportFormat;
  /** Ends of file names, with the dot. */
  readonly extensions: readonly string[];
  /** Roles that one file of this format plays by itself; null where its name must tell. */
  readonly roles?: (path: string, options: ReadOptions) => Promise<readonly ImportRole[]>;
  readonly rows: (
    path: string,
    role: 'documents' | 'queries',
    options: ReadOptions,
  ) => AsyncIterable<RowBlock>;
  /** Absent where the format cannot hold lists of nearest rows. */
  readonly lists?: (path: string, options: ReadOptions) => AsyncIterable<ListBlock>;
  /** The metric a file names for its distances. */
  readonly metric?: (path: string, options: ReadOptions) => Promise<ImportMetric | null>;
}

/** A block of vectors without anything else. */
export function vectorBlock(firstRow: number, vectors: DenseVectors): RowBlock {
  return {
    firstRow,
    count: vectors.values.length / vectors.dimension,
    lines: null,
    ids: null,
    texts: null,
    metadata: null,
    needs: null,
    vectors,
  };
}
