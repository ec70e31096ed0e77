/** The operations of the port, by the names that capabilities and messages use. */
export type OperationName =
  | 'health'
  | 'describe'
  | 'embed'
  | 'search'
  | 'retrieve'
  | 'list'
  | 'ingest'
  | 'sql'
  | 'storage'
  | 'chat';

/** How a query may be put to `search` or `retrieve`. */
export interface QueryForms {
  readonly text: boolean;
  readonly vector: boolean;
  readonly filter: boolean;
  /** Whether one call may name several collections; `search` always names one. */
  readonly severalCollections: boolean;
}

/** Limits of one embed request; null where none is known. A request beyond them is split before it is sent. */
export interface EmbedLimits {
  readonly maxTexts: number | null;
  /** Longest text, in UTF-16 code units. */
  readonly maxTextLength: number | null;
}

/** What a backend can do: known without asking it, and before anything is timed. */
export interface Capabilities {
  /** The operations it has, each with what tables call it: a path such as `/v1/embed`, or a command such as `VSIM`. */
  readonly operations: Readonly<Partial<Record<OperationName, string>>>;
  /** How `search` and `retrieve` may be asked; a name for each of the two that it has. */
  readonly queries: Readonly<Partial<Record<'search' | 'retrieve', QueryForms>>>;
  /**
   * Exact search in place of the index: `query` by a flag of one request, `collection` by a setting of the whole
   * collection (never by a request), `none` not at all.
   */
  readonly exact: 'query' | 'collection' | 'none';
  /** Name of the search-time setting that trades speed for recall, e.g. `hnsw.ef_search`; null without one. */
  readonly effort: string | null;
  /** Whether `list` gives the stored vectors too. */
  readonly vectors: boolean;
  /** What `ingest` needs of each document; `none` where documents cannot be added. */
  readonly ingest: 'texts' | 'vectors' | 'none';
  readonly embed: EmbedLimits;
  /** Operations that never change what is stored: safe to send to a system in use. */
  readonly readOnly: readonly OperationName[];
}

const NEVER_WRITE: readonly OperationName[] = [
  'health',
  'describe',
  'embed',
  'search',
  'retrieve',
  'list',
  'chat',
];

/** Capabilities from the parts that a backend names; everything else is what it cannot do. */
export function capabilitiesOf(
  parts: Partial<Capabilities> & Pick<Capabilities, 'operations'>,
): Capabilities {
  const { operations } = parts;
  return {
    queries: {},
    exact: 'none',
    effort: null,
    vectors: false,
    ingest: 'none',
    embed: { maxTexts: null, maxTextLength: null },
    readOnly: NEVER_WRITE.filter((name) => operations[name] !== undefined),
    ...parts,
  };
}
