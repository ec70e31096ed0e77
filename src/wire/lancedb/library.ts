import { importPeer } from '../driver/peer.ts';

/** A row of a table. */
export type LanceRow = Readonly<Record<string, unknown>>;

/** The parts of `@lancedb/lancedb` that are used, since the package need not be there. */
export interface LanceLibrary {
  readonly connect: (uri: string) => Promise<LanceConnection>;
  readonly Index: Readonly<Record<'ivfPq' | 'ivfFlat' | 'hnswSq', (options: object) => unknown>>;
}

export interface LanceConnection {
  readonly tableNames: () => Promise<string[]>;
  readonly openTable: (name: string) => Promise<LanceTable>;
  readonly createTable: (name: string, rows: readonly object[]) => Promise<LanceTable>;
  readonly close: () => void;
}

export interface LanceQuery {
  readonly where: (sql: string) => LanceQuery;
  readonly select: (columns: readonly string[]) => LanceQuery;
  readonly limit: (count: number) => LanceQuery;
  readonly offset: (count: number) => LanceQuery;
  readonly toArray: () => Promise<LanceRow[]>;
  readonly distanceType: (type: string) => LanceQuery;
  readonly bypassVectorIndex: () => LanceQuery;
  readonly nprobes: (count: number) => LanceQuery;
  readonly ef: (count: number) => LanceQuery;
  readonly refineFactor: (factor: number) => LanceQuery;
}

export interface LanceTable {
  readonly schema: () => Promise<{
    readonly fields: readonly {
      readonly name: string;
      readonly type: { readonly listSize?: number };
    }[];
  }>;
  readonly countRows: () => Promise<number>;
  readonly vectorSearch: (vector: Float32Array) => LanceQuery;
  readonly query: () => LanceQuery;
  readonly addColumns: (
    columns: readonly { readonly name: string; readonly valueSql: string }[],
  ) => Promise<unknown>;
  readonly delete: (sql: string) => Promise<unknown>;
  readonly add: (rows: readonly object[]) => Promise<unknown>;
  readonly createIndex: (column: string, options: object) => Promise<void>;
  readonly listIndices: () => Promise<
    readonly { readonly name: string; readonly indexType: string; readonly columns: string[] }[]
  >;
  readonly indexStats: (
    name: string,
  ) => Promise<{ readonly numIndexedRows: number; readonly distanceType?: string } | undefined>;
  readonly optimize: () => Promise<unknown>;
}

/** The library. @throws UsageError that names the package to install, where it is not there */
export function lanceLibrary(): Promise<LanceLibrary> {
  const name: string = '@lancedb/lancedb';
  // Nobody reads them here, and where nothing is chosen it warns on stderr, amid our own lines.
  process.env.LANCE_INCLUDE_VECTOR_CENTROIDS ??= 'false';
  return importPeer(name, '0.31.0', () => import(name) as Promise<LanceLibrary>);
}
