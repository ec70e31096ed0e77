import type { Filter, Metadata } from '../types.ts';
import type { RecordColumns, RecordLayout, RecordRole } from './records/layout.ts';
import type { FieldSurvey, PlacedRecord } from './records/survey.ts';
import type { SourceFile } from './source-file.ts';

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
  'csv',
  'tsv',
] as const;

export type ImportFormat = (typeof IMPORT_FORMATS)[number];

/** What a file is to the corpus: what is searched, what is asked, who is relevant, or the nearest rows. */
export type ImportRole = RecordRole | 'judgments' | 'truth';

/** Names of the columns of judgments. */
export interface JudgmentColumns {
  readonly query?: string;
  readonly document?: string;
  readonly grade?: string;
}

/** Names of the columns of a ground truth by ids. */
export interface TruthColumns {
  readonly query?: string;
  readonly neighbors?: string;
}

/** Names of columns by the role of the file they are in. */
export interface ImportColumns {
  readonly documents: RecordColumns;
  readonly queries: RecordColumns;
  readonly judgments: JudgmentColumns;
  readonly truth: TruthColumns;
}

/** Row-major float32 vectors of one dimension. */
export interface DenseVectors {
  readonly dimension: number;
  readonly values: Float32Array;
}

/** What a query says of itself beside its text; null for what it does not. */
export interface Asked {
  readonly need: string | null;
  readonly cluster: string | null;
  readonly slices: readonly string[] | null;
  readonly filter: Filter | null;
}

/** Names of fields that were not kept, or not as they were. */
export interface LeftOut {
  /** Lists of numbers that were not read as the vector. */
  readonly numbers: readonly string[];
  readonly other: readonly string[];
  /** Whole numbers beyond 2⁵³, which are kept as text. */
  readonly asText: readonly string[];
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
  readonly asked: readonly Asked[] | null;
  readonly vectors: DenseVectors | null;
  readonly leftOut: LeftOut | null;
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

/** How rows are read: which of them, and for a file of records where they stand in it. */
export interface RowRequest {
  readonly role: RecordRole;
  /** Null for a format without named fields. */
  readonly layout: RecordLayout | null;
  /** The fields of all files of the role: what a column is must not depend on the file that it is in. */
  readonly fields: FieldSurvey;
  readonly signal?: AbortSignal;
}

/** What a reader is told beside the file. */
export interface ReadOptions {
  readonly signal?: AbortSignal;
}

/** What a file says of itself. */
export interface Description {
  /** Roles that it plays; empty where its name must tell. */
  readonly roles: readonly ImportRole[];
  /** What it calls the metric of its distances; null where it does not say. */
  readonly metric: string | null;
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
  /** Present where one file may play several roles, or names its metric. */
  readonly describe?: (file: SourceFile, options: ReadOptions) => Promise<Description>;
  readonly rows: (file: SourceFile, request: RowRequest) => AsyncIterable<RowBlock>;
  /** Absent where the format cannot hold lists of row numbers. */
  readonly lists?: (file: SourceFile, options: ReadOptions) => AsyncIterable<ListBlock>;
  /** Present for formats of records with named fields. */
  readonly records?: RecordReader;
}

/** Reads records as they are. */
export interface RecordReader {
  readonly fields: (file: SourceFile, options: ReadOptions) => Promise<FieldSurvey>;
  /** @param names the fields that are wanted; others may be left out */
  readonly read: (
    file: SourceFile,
    names: readonly string[],
    options: ReadOptions,
  ) => AsyncIterable<readonly PlacedRecord[]>;
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
    asked: null,
    vectors,
    leftOut: null,
  };
}
