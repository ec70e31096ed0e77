/** A row of a result by the names of its columns. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** One connection, and what was set on it. */
export interface SqlConnection {
  readonly settings: Map<string, string>;
  readonly query: (text: string, values?: readonly unknown[]) => Promise<readonly SqlRow[]>;
  /** Statements without values, parted by `;`. */
  readonly run: (text: string) => Promise<void>;
}

/** Where connections come from. */
export interface SqlConnections {
  /** Hands one connection to `work` alone; what still goes on there when the signal is aborted is ended. */
  readonly use: <Value>(
    signal: AbortSignal,
    work: (connection: SqlConnection) => Promise<Value>,
  ) => Promise<Value>;
  readonly close: () => Promise<void>;
}
