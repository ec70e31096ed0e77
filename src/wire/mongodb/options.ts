/** How collections of MongoDB are searched, and how `ingest` makes what is not there. */
export interface MongodbCollection {
  /** Name of a collection there; `{collection}` stands for its name in the corpus. */
  readonly collection: string;
  /** Name of its vector search index. */
  readonly index: string;
  /** Field that holds the id of the corpus. */
  readonly idField: string;
  /** Field of the vector; a dotted path is one of a document inside. */
  readonly vectorField: string;
  /** Field that holds metadata; empty where they are fields of the document itself. */
  readonly metadataField: string;
  /** Distance of an index that `ingest` makes; that of an index that is there is read from it. */
  readonly distance: 'cosine' | 'dot' | 'euclidean';
  /** How the index compresses vectors; MongoDB's default is `none`. */
  readonly quantisation: 'none' | 'scalar' | 'binary';
  /** Whether that was said, and is not the default. */
  readonly isAsked: boolean;
  /** `flat` builds no graph: every search reads every vector. */
  readonly method: 'hnsw' | 'flat';
  /** `maxEdges` of the graph; MongoDB's default is 16. */
  readonly m?: number;
  /** `numEdgeCandidates` of building; MongoDB's default is 100. */
  readonly efConstruction?: number;
  /** `numCandidates` of a search that names none; default 20 times its rows, as MongoDB advises. */
  readonly effort?: number;
  /** Compare with every vector (`exact: true`), whatever a request says. */
  readonly exact: boolean;
}

/** Path of a field of metadata. */
export function metadataPath({ metadataField }: MongodbCollection, field: string): string {
  return metadataField === '' ? field : `${metadataField}.${field}`;
}

/** Whether a field can be named in a path: a dot would be a document inside. */
export function isPathName(field: string): boolean {
  return field !== '' && !field.startsWith('$') && !/[.\0]/.test(field);
}
