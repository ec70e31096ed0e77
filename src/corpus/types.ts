import type { DocumentKey } from './document-key.ts';

/** A value a metadata field may hold. Arrays are shown, never filtered on. */
export type MetadataValue = string | number | boolean | null | readonly string[];

/** The structured fields of one document. */
export type Metadata = Readonly<Record<string, MetadataValue>>;

/** Longest id of a document or a query, in UTF-16 code units. */
export const MAX_ID_LENGTH = 1024;

/** One text that can be retrieved. `id` is unique within its collection. */
export interface Document {
  readonly id: string;
  /** Empty where `textless`. */
  readonly text: string;
  /** Whether only its vector is known: it must not be embedded, or asked for by its text. */
  readonly textless?: true;
  readonly metadata: Metadata;
}

/** A condition on one metadata field. */
export type FieldCondition =
  | string
  | number
  | boolean
  | { readonly in: readonly (string | number | boolean)[] }
  | { readonly gte?: number | string; readonly lte?: number | string };

/** A conjunction of conditions; a missing or null field never matches. */
export type Filter = Readonly<Record<string, FieldCondition>>;

/** One question put to both backends. */
export interface Query {
  readonly id: string;
  /** Groups the paraphrases and typos of one need: the unit of every gate. */
  readonly need: string;
  /** What several needs have in common: a role, a template, a user. */
  readonly cluster?: string;
  /** Empty where `textless`. */
  readonly text: string;
  /** Whether only its vector is known: it can be asked by that alone. */
  readonly textless?: true;
  /** Names of the slices the query belongs to, e.g. `plain`, `role+place`, `filtered-10%`. */
  readonly slices: readonly string[];
  /** Names of the collections that are searched together; at least one. */
  readonly collections: readonly string[];
  readonly filter?: Filter;
  /** Documents that are no answer to it though they match: its own, where the corpus says so. */
  readonly excluded?: readonly DocumentKey[];
}

/** Graded judgments: query id → document → grade 0–3. */
export type Judgments = ReadonlyMap<string, ReadonlyMap<DocumentKey, number>>;

/** One searchable set of documents under one index name on both sides. */
export interface Collection {
  readonly name: string;
  readonly documents: readonly Document[];
}

/** How nearness is meant: by the cosine, the inner product, or the Euclidean distance. */
export const CORPUS_METRICS = ['cosine', 'dot', 'euclidean'] as const;
export type CorpusMetric = (typeof CORPUS_METRICS)[number];

/** sha256 (hex) of the bytes that define a corpus. */
export interface CorpusHashes {
  readonly documents: Readonly<Record<string, string>>;
  readonly queries: string;
  readonly judgments: string;
}

/** Everything a run asks about: documents, queries and judgments, with their hashes. */
export interface Corpus {
  readonly name: string;
  /** How nearness is meant; cosine where it is not said. */
  readonly metric?: CorpusMetric;
  /** Whether the document with a query's own id is no answer to it, as BEIR scores ArguAna and Quora. */
  readonly excludeSelf?: true;
  /** Documents, queries and judgments come from this suite's generator: judgments that nobody made judge no model. */
  readonly generated?: true;
  /** Queries were drawn from traffic as often as they were asked: each stands for a request, not for a need. */
  readonly weights?: 'frequency';
  /** Absolute path of the folder it was read from. */
  readonly folder: string;
  readonly collections: readonly Collection[];
  readonly queries: readonly Query[];
  readonly judgments: Judgments;
  readonly hashes: CorpusHashes;
}
